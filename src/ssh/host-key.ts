import type { Target } from './config';
import { SshError } from './error';
import { hostKeyChanged, hostKeyRevoked, hostKeyUnknown } from './explain';
import {
  authorityOf,
  fingerprint,
  hostKeyAlgorithms,
  hostName,
  judge,
  keyTypeOf,
  knownTypes,
  type KnownHostLine,
} from './known-hosts';
import type { KnownHostsFiles } from './known-hosts-files';
import type { Asking, SshOptions } from './options';
import { wayOut } from './way-out';

/** Decides about the keys that servers show; asks about each unknown key once in a session. */
export class HostKeys {
  private readonly answers = new Map<string, Promise<boolean>>();

  constructor(
    private readonly files: KnownHostsFiles,
    private readonly options: Pick<SshOptions, 'askHostKey' | 'acceptNew'>,
  ) {}

  /** The host key algorithms to offer to a host, those of its known keys first. */
  async algorithms(node: string, target: Target): Promise<readonly string[]> {
    return hostKeyAlgorithms(knownTypes(await this.lines(node, target), nameOf(target)));
  }

  /**
   * Resolves when the key is known or the operator accepts it now (then it is stored); rejects with an
   * SshError of a `host-key-…` reason otherwise. `asking` wraps the question to a person.
   */
  async verify(node: string, target: Target, key: Buffer, asking: Asking): Promise<void> {
    const name = nameOf(target);
    const lines = await this.lines(node, target);
    const verdict = judge(lines, name, key);
    switch (verdict.kind) {
      case 'known':
        return;
      case 'changed':
        throw hostKeyChanged(node, target, key, verdict.known);
      case 'revoked':
        throw hostKeyRevoked(node, target, key, verdict.known);
      case 'unknown': {
        const others = verdict.otherTypes;
        const authority = authorityOf(lines, name);
        const hint = [
          others.length === 0 ? '' : ` (known are its keys of type ${others.join(', ')})`,
          authority === undefined
            ? ''
            : ` (${authority.file} line ${authority.line} trusts a certificate authority for it, whose signatures Standby's own SSH cannot check)`,
        ].join('');
        const remedy = authority === undefined ? '' : ` ${wayOut}`;
        const mayAsk = target.strictHostKeys.asks || this.options.acceptNew === true;
        if (!this.options.askHostKey || !mayAsk) throw hostKeyUnknown(node, target, key, hint, remedy);
        const accepted = await asking(
          { reason: 'host-key-unknown', what: `whether the host key of ${name} is right` },
          this.ask(node, target, name, key, others),
        );
        if (!accepted) throw hostKeyUnknown(node, target, key, `${hint} and was not accepted`, remedy);
      }
    }
  }

  private async lines(node: string, target: Target): Promise<readonly KnownHostLine[]> {
    try {
      return await this.files.about(target.knownHosts, nameOf(target));
    } catch (error) {
      // Without its revoked and changed keys nothing can be judged, so this is no empty file.
      const files = [
        ...target.knownHosts.user,
        ...target.knownHosts.system,
        ...target.knownHosts.revoked,
      ].join(', ');
      throw new SshError(
        'configuration',
        node,
        `Node ${node}: a file of host keys cannot be read (${error instanceof Error ? error.message : String(error)}; the files are ${files}). Check its rights.`,
        { cause: error },
      );
    }
  }

  /** Keys of a host that were not accepted are asked about again. */
  forgetRefusals(target: Target): void {
    for (const [question, answer] of this.answers)
      if (question.startsWith(`${nameOf(target)} `))
        void answer.then(
          (accepted) => accepted || this.answers.delete(question),
          () => {},
        );
  }

  private ask(
    node: string,
    target: Target,
    name: string,
    key: Buffer,
    otherKnownTypes: readonly string[],
  ): Promise<boolean> {
    const question = `${name} ${key.toString('base64')}`;
    let answer = this.answers.get(question);
    if (!answer) {
      answer = this.askAndStore(node, target, name, key, otherKnownTypes);
      this.answers.set(question, answer);
      // What could not be asked or stored is asked again next time.
      answer.catch(() => this.answers.delete(question));
    }
    return answer;
  }

  private async askAndStore(
    node: string,
    target: Target,
    name: string,
    key: Buffer,
    otherKnownTypes: readonly string[],
  ): Promise<boolean> {
    const [file] = target.knownHosts.user;
    const accepted = await this.options.askHostKey?.({
      node,
      host: name,
      keyType: keyTypeOf(key),
      fingerprint: fingerprint(key),
      otherKnownTypes,
      file: file ?? '',
    });
    if (accepted !== true) return false;
    try {
      await this.files.add(target.knownHosts, name, key);
    } catch (error) {
      throw new SshError(
        'configuration',
        node,
        `Node ${node}: the accepted host key of ${name} could not be stored in ${file ?? 'a file'}: ${String(error)}. ` +
          `Make the file writable.`,
        { cause: error },
      );
    }
    return true;
  }
}

function nameOf(target: Target): string {
  return target.hostKeyAlias?.toLowerCase() ?? hostName(target.host, target.port);
}
