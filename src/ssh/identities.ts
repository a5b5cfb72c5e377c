import { readFile, stat } from 'node:fs/promises';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { isEncrypted } from './key-file';
import { loadSsh2 } from './library';
import type { SecretQuestion } from './options';

/** A key file as found: usable, locked by a passphrase, or not usable for a reason. */
export type KeyFile =
  | { readonly kind: 'key'; readonly file: string; readonly key: ParsedKey }
  | { readonly kind: 'locked'; readonly file: string; readonly publicKey: Buffer | undefined }
  | { readonly kind: 'broken'; readonly file: string; readonly why: string }
  | { readonly kind: 'absent'; readonly file: string };

type AskSecret = ((question: SecretQuestion) => Promise<string | undefined>) | undefined;

const AGENT_MS = 3_000;
const TRIES = 3;

/** Keys and secrets of one session: each file is parsed once and each question asked once for all nodes. */
export class Identities {
  private readonly files = new Map<string, { readonly stamp: string; readonly found: Promise<KeyFile> }>();
  private readonly unlocked = new Map<string, Promise<ParsedKey | undefined>>();
  private readonly passwords = new Map<string, string | undefined>();

  constructor(private readonly askSecret: AskSecret) {}

  /** Reads a key file, again only when it has changed. */
  async file(file: string): Promise<KeyFile> {
    try {
      const { ino, mtimeNs, size } = await stat(file, { bigint: true });
      const stamp = `${ino} ${mtimeNs} ${size}`;
      const before = this.files.get(file);
      if (before?.stamp === stamp) return await before.found;
      const found = readKeyFile(file);
      this.files.set(file, { stamp, found });
      this.unlocked.delete(file);
      return await found;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      return code === 'ENOENT' ? { kind: 'absent', file } : { kind: 'broken', file, why: String(error) };
    }
  }

  /** Opens a locked key file with a passphrase, asked for once; undefined when there is none. */
  unlock(node: string, file: string): Promise<ParsedKey | undefined> {
    let opening = this.unlocked.get(file);
    if (!opening) {
      opening = this.askPassphrase(node, file);
      this.unlocked.set(file, opening);
      opening.catch(() => this.unlocked.delete(file));
    }
    return opening;
  }

  /** The agent's keys, with the agent restricted to each; none when it does not answer within 3 s. */
  async agentKeys(socket: string): Promise<readonly { readonly blob: Buffer; readonly agent: BaseAgent }[]> {
    const { createAgent, utils } = await loadSsh2();
    const keys = await new Promise<readonly unknown[]>((resolve) => {
      const timer = setTimeout(() => resolve([]), AGENT_MS);
      createAgent(socket).getIdentities((error, found) => {
        clearTimeout(timer);
        resolve(error || !found ? [] : found);
      });
    });
    return keys.flatMap((key) => {
      const parsed = utils.parseKey(key as ParsedKey);
      if (parsed instanceof Error) return [];
      const agent = createAgent(socket);
      // An agent of its own for each key, so that the keys can be tried in our order.
      agent.getIdentities = (callback: (error: Error | undefined, keys: ParsedKey[]) => void) =>
        callback(undefined, [parsed]);
      return [{ blob: parsed.getPublicSSH(), agent }];
    });
  }

  /** The password of an account, asked for unless it is remembered; undefined when there is none. */
  async password(node: string, user: string, host: string, again: boolean): Promise<string | undefined> {
    const account = `${user}@${host}`;
    if (this.passwords.has(account) && !(again && this.passwords.get(account) !== undefined)) {
      return this.passwords.get(account);
    }
    const answer = await this.askSecret?.({ kind: 'password', node, user, host, again });
    this.passwords.set(account, answer);
    return answer;
  }

  /** The password was wrong too often: nobody is asked again in this session. */
  giveUpPassword(user: string, host: string): void {
    this.passwords.set(`${user}@${host}`, undefined);
  }

  private async askPassphrase(node: string, file: string): Promise<ParsedKey | undefined> {
    const { utils } = await loadSsh2();
    const text = await readFile(file);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const secret = await this.askSecret?.({ kind: 'passphrase', node, keyFile: file, again: attempt > 0 });
      if (secret === undefined) return undefined;
      const key = utils.parseKey(text, secret);
      const one = Array.isArray(key) ? (key[0] as ParsedKey) : key;
      if (!(one instanceof Error)) return one;
    }
    return undefined;
  }
}

async function readKeyFile(file: string): Promise<KeyFile> {
  const { utils } = await loadSsh2();
  const text = await readFile(file);
  if (isEncrypted(text.toString('latin1'))) {
    const publicText = await readFile(`${file}.pub`).catch(() => undefined);
    const publicKey = publicText && utils.parseKey(publicText);
    return {
      kind: 'locked',
      file,
      publicKey: publicKey && !(publicKey instanceof Error) ? publicKey.getPublicSSH() : undefined,
    };
  }
  const parsed = utils.parseKey(text);
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
  if (key instanceof Error) return { kind: 'broken', file, why: key.message };
  if (!key.isPrivateKey()) return { kind: 'broken', file, why: 'it holds a public key' };
  return { kind: 'key', file, key };
}
