import type { AnyAuthMethod } from 'ssh2';
import type { Target } from './config';
import { Dialogue } from './dialogue';
import { SshError } from './error';
import { placeOf } from './explain';
import type { Asking } from './options';
import { hostName } from './known-hosts';
import type { AgentKeys, Identities, KeyFile } from './identities';
import { wayOut } from './way-out';

type Candidate = () => Promise<AnyAuthMethod | undefined>;

const PASSWORD_TRIES = 3;

/**
 * The ways to log in, in the order of trying: key files somebody named (through the agent when it holds them),
 * the agent's other keys, ssh's default files, files that need a passphrase, and the password at last.
 * Nothing is asked for while something else may still work.
 */
export class Login {
  private readonly tried: string[] = [];
  private readonly problems: string[] = [];
  /** What might have let us in, had ssh2 the means. */
  private readonly beyondUs: string[];
  private passwords = 0;
  /** The last attempt to log in by a dialogue. */
  private dialogue: Dialogue | undefined;
  private dialogues = 0;
  private isPasswordSaid = false;
  private offered: readonly string[] | undefined;

  private constructor(
    private readonly node: string,
    private readonly target: Target,
    private readonly identities: Identities,
    private readonly asking: Asking,
    private readonly ending: Ending,
    private readonly candidates: Candidate[],
  ) {
    this.beyondUs = [...target.beyondUs];
  }

  /** Reads the key files and asks the agent for its keys; a person is asked only when a key is needed. */
  static async prepare(
    node: string,
    target: Target,
    identities: Identities,
    asking: Asking,
    ending: Ending,
  ): Promise<Login> {
    const read = (files: readonly string[]) => Promise.all(files.map((file) => identities.file(file)));
    const none: AgentKeys = { keys: [] };
    const [named, defaults, { keys: agentKeys, problem }] = await Promise.all([
      read(target.identityFiles),
      read(target.defaultIdentityFiles),
      target.agentSocket === undefined ? none : identities.agentKeys(target.agentSocket),
    ]);
    const login = new Login(node, target, identities, asking, ending, []);
    if (problem !== undefined) login.problems.push(problem);
    const left = new Set(agentKeys);
    const late: Candidate[] = [];
    const add = (found: KeyFile, wanted: boolean) => {
      if (found.hasCertificate === true) login.beyondUs.push(`the certificate ${found.file}-cert.pub`);
      const blob =
        found.kind === 'key'
          ? found.key.getPublicSSH()
          : found.kind === 'locked' || found.kind === 'public'
            ? found.publicKey
            : undefined;
      const held = blob && agentKeys.find((key) => key.blob.equals(blob));
      if (held) {
        if (left.delete(held))
          login.candidates.push(
            login.method(`agent key of ${found.file}`, { type: 'agent', agent: held.agent }),
          );
      } else if (found.kind === 'key') {
        login.candidates.push(login.method(`key ${found.file}`, { type: 'publickey', key: found.key }));
      } else if (found.kind === 'locked') {
        late.push(() => login.unlock(found.file));
      } else if (found.kind === 'broken') {
        login.problems.push(`the key file ${found.file} cannot be used (${found.why})`);
      } else if (found.kind === 'public') {
        if (wanted)
          login.problems.push(`of the key ${found.file} only the public part is here, and no agent holds it`);
      } else if (found.kind === 'security-key') {
        login.beyondUs.push(`the FIDO security key ${found.file}`);
      } else if (wanted) {
        login.problems.push(`the key file ${found.file} does not exist`);
      }
    };
    named.forEach((found) => add(found, true));
    if (!target.identitiesOnly) {
      for (const key of left)
        login.candidates.push(login.method('agent key', { type: 'agent', agent: key.agent }));
      left.clear();
    }
    defaults.forEach((found) => add(found, false));
    login.candidates.push(...late);
    return login;
  }

  /**
   * The next method to try, or false when all are used up. `offered` is what the server still takes; `partial`: the last
   * one was right, and the server wants another beside it (RFC 4252, 5.1).
   */
  async next(offered: readonly string[] | null, partial = false): Promise<AnyAuthMethod | false> {
    this.offered = offered ?? this.offered;
    if (this.passwords > 0 && !this.isUnclear) this.passwordTried(partial);
    if (partial) this.goOn();
    while (this.offered === undefined || this.offered.includes('publickey')) {
      const candidate = this.candidates.shift();
      if (!candidate) break;
      const method = await candidate();
      if (method) return method;
    }
    // The method `none` is answered with the list of those that the server takes (RFC 4252, 5.2).
    if (this.offered === undefined) return { type: 'none', username: this.target.user };
    return this.byPerson(this.offered);
  }

  /** Why nothing worked. */
  failure(): SshError {
    const offered = this.offered?.join(', ') ?? 'unknown';
    const tried = this.tried.length === 0 ? 'there was nothing to try' : `tried: ${this.tried.join(', ')}`;
    const problems = this.problems.length === 0 ? '' : ` Also, ${this.problems.join('; ')}.`;
    return new SshError(
      'auth-failed',
      this.node,
      `Node ${this.node}: ${placeOf(this.target)} accepted none of our logins (${tried}; the server takes: ${offered}).${problems} ` +
        `Add the right key to the agent (ssh-add), name it with identityFile, or put its public key into ~/.ssh/authorized_keys there.` +
        this.means() +
        this.target.notes.map((note) => ` ${note}`).join(''),
    );
  }

  /** The login is complete. */
  succeeded(): void {
    if (this.passwords > 0 && !this.isPersonsOwn) this.passwordTried(true);
  }

  /** A code may have been what was wrong, not the password. */
  private get isUnclear(): boolean {
    const { dialogue } = this;
    return dialogue?.wasAsked === true && (!dialogue.saidPassword || dialogue.askedPerson);
  }

  /** The last dialogue was answered by the person alone: whether the password that is known is right, it does not say. */
  private get isPersonsOwn(): boolean {
    return this.dialogue?.wasAsked === true && !this.dialogue.saidPassword;
  }

  /** What was said so far was right: a password that is asked for once more is another one. */
  private goOn(): void {
    this.isPasswordSaid ||= this.passwords > 0;
    this.passwords = 0;
    this.dialogue = undefined;
  }

  private means(): string {
    const beyond = [
      ...this.beyondUs,
      ...(this.offered?.includes('gssapi-with-mic') === true
        ? ['Kerberos (GSSAPI), which the server takes']
        : []),
    ];
    return beyond.length === 0 ? '' : ` Standby's own SSH cannot use ${beyond.join(', ')}. ${wayOut}`;
  }

  private passwordTried(worked: boolean): void {
    const { host, port, user } = this.target;
    this.identities.passwordTried(this.node, user, hostName(host, port), worked);
  }

  private method(name: string, way: MethodWithoutUser): Candidate {
    return () => {
      this.tried.push(name);
      return Promise.resolve({ ...way, username: this.target.user } as AnyAuthMethod);
    };
  }

  private async unlock(file: string): Promise<AnyAuthMethod | undefined> {
    const key = await this.asking(
      { reason: 'auth-failed', what: `the passphrase of ${file}` },
      this.identities.unlock(this.node, file),
    );
    if (key) return this.method(`key ${file}`, { type: 'publickey', key })();
    this.problems.push(
      `the key file ${file} stayed locked: no right passphrase was given (connect again to be asked again)`,
    );
    return undefined;
  }

  /**
   * The server's dialogue goes before the bare password, as with ssh (ssh_config(5), PreferredAuthentications): one that
   * wants a code beside the password may offer both.
   */
  private byPerson(offered: readonly string[]): Promise<AnyAuthMethod | false> {
    // sshd also offers it where nothing stands behind it, and refuses without a question.
    const isEmpty = this.dialogue?.wasAsked === false;
    if (offered.includes('keyboard-interactive') && !isEmpty) return Promise.resolve(this.lead());
    return offered.includes('password') ? this.password() : Promise.resolve(false);
  }

  private lead(): AnyAuthMethod | false {
    const { user } = this.target;
    const host = hostName(this.target.host, this.target.port);
    if (this.dialogues++ >= PASSWORD_TRIES) {
      this.identities.giveUpPassword(user, host);
      return false;
    }
    if (this.dialogues === 1) this.tried.push('keyboard-interactive');
    const before = this.dialogue;
    const dialogue = new Dialogue({
      node: this.node,
      user,
      host,
      again: before !== undefined,
      // Where it was said beside a code, nobody knows which of them was wrong: the person says both.
      ...(this.isPasswordSaid || before?.askedPerson === true
        ? {}
        : { password: () => this.knownPassword() }),
      askSecret: this.identities.dialogue(user, host),
      signal: this.ending.signal,
    });
    this.dialogue = dialogue;
    return {
      type: 'keyboard-interactive',
      username: user,
      prompt: (name, instructions, _language, prompts, finish) => {
        this.asking(
          { reason: 'auth-failed', what: `what ${user}@${host} asks for` },
          dialogue.answer(name, instructions, prompts),
        ).then(finish, (error: unknown) => this.ending.fail(dialogue.lacksPassword ? this.failure() : error));
      },
    };
  }

  private async password(): Promise<AnyAuthMethod | false> {
    const { user } = this.target;
    if (this.passwords >= PASSWORD_TRIES) {
      this.identities.giveUpPassword(user, hostName(this.target.host, this.target.port));
      return false;
    }
    const password = await this.asking(
      {
        reason: 'auth-failed',
        what: `the password of ${user}@${hostName(this.target.host, this.target.port)}`,
      },
      this.knownPassword(),
    );
    if (password === undefined) return false;
    if (this.passwords === 1) this.tried.push('password');
    return { type: 'password', username: user, password };
  }

  /** The password of the account, once more asked for after a wrong one. */
  private async knownPassword(): Promise<string | undefined> {
    const { host, port, user } = this.target;
    const again = this.passwords > 0;
    const password = await this.identities.password(this.node, user, hostName(host, port), again);
    if (password !== undefined) this.passwords++;
    return password;
  }
}

/** How a login ends from within: told with `fail`, or seen by `signal`. */
export interface Ending {
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
}

type MethodWithoutUser =
  { readonly type: 'agent'; readonly agent: unknown } | { readonly type: 'publickey'; readonly key: unknown };
