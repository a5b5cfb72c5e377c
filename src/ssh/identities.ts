import { access, readFile, stat } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type { BaseAgent, ParsedKey } from 'ssh2';
import { isEncrypted, keyTypeIn } from './key-file';
import { loadSsh2 } from './library';
import type { SecretQuestion, SshOptions } from './options';
import { readOnce } from './signing-key';

/** A key file as found: usable, locked by a passphrase, not usable for a reason, or beyond what ssh2 can do. */
export type KeyFile = { readonly file: string; readonly hasCertificate?: boolean } & (
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | { readonly kind: 'locked'; readonly publicKey: Buffer | undefined }
  /** Only the public part: the private one may be in an agent. */
  | { readonly kind: 'public'; readonly publicKey: Buffer }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'security-key' }
  | { readonly kind: 'absent' }
);

/** What an agent holds that can be used, each key with an agent restricted to it. */
export interface AgentKeys {
  readonly keys: readonly { readonly blob: Buffer; readonly agent: BaseAgent }[];
  /** Why there are none. */
  readonly problem?: string;
}

type People = Pick<SshOptions, 'askSecret' | 'secretTried'>;

const AGENT_MS = 3_000;
/** A key that was just added counts at the next attempt. */
const AGENT_FRESH_MS = 2_000;
const TRIES = 3;
/** A thousand nodes that connect at once need not look at the same file a thousand times, in milliseconds. */
const LOOK_KEEPS_MS = 500;

/** Keys and secrets of one session: each file is parsed once and each question asked once for all nodes. */
export class Identities {
  private readonly files = new Map<string, { readonly stamp: string; readonly found: Promise<KeyFile> }>();
  private readonly looks = new Map<string, { readonly at: number; readonly found: Promise<KeyFile> }>();
  private readonly unlocked = new Map<string, Promise<ParsedKey | undefined>>();
  private readonly agents = new Map<string, { readonly at: number; readonly keys: Promise<AgentKeys> }>();
  private readonly passwords = new Map<string, string | undefined>();
  private readonly declined = new Set<string>();

  constructor(private readonly people: People) {}

  /** Reads a key file, again only when it has changed. */
  file(file: string): Promise<KeyFile> {
    const before = this.looks.get(file);
    if (before && performance.now() - before.at < LOOK_KEEPS_MS) return before.found;
    const found = this.look(file);
    this.looks.set(file, { at: performance.now(), found });
    return found;
  }

  private async look(file: string): Promise<KeyFile> {
    try {
      const { ino, mode, mtimeNs, size, uid } = await stat(file, { bigint: true });
      const stamp = `${ino} ${mtimeNs} ${size} ${mode}`;
      const before = this.files.get(file);
      if (before?.stamp === stamp) return await before.found;
      const isOpen = Number(uid) === process.getuid?.() && (mode & 0o077n) !== 0n;
      const found = readKeyFile(file, isOpen);
      this.files.set(file, { stamp, found });
      this.unlocked.delete(file);
      return await found;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      return code === 'ENOENT' ? await publicPart(file) : { kind: 'broken', file, why: String(error) };
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

  /** The keys of an agent, which gets 3 s to answer; nodes that connect together share one answer. */
  agentKeys(socket: string): Promise<AgentKeys> {
    const now = performance.now();
    const before = this.agents.get(socket);
    if (before && now - before.at < AGENT_FRESH_MS) return before.keys;
    const keys = askAgent(socket);
    this.agents.set(socket, { at: now, keys });
    return keys;
  }

  /** The password of an account, asked for unless it is remembered; undefined when there is none. */
  async password(node: string, user: string, host: string, again: boolean): Promise<string | undefined> {
    const account = `${user}@${host}`;
    if (this.passwords.has(account) && !(again && this.passwords.get(account) !== undefined)) {
      return this.passwords.get(account);
    }
    const answer = await this.people.askSecret?.({ kind: 'password', node, user, host, again });
    this.passwords.set(account, answer);
    return answer;
  }

  /**
   * Asks a person what a server wants to know, each time anew; absent when nobody is to be asked. Who gave no answer
   * for an account is not asked again in this session.
   */
  dialogue(user: string, host: string): SshOptions['askSecret'] {
    const { askSecret } = this.people;
    const account = `${user}@${host}`;
    if (askSecret === undefined) return undefined;
    return async (question, signal) => {
      if (this.declined.has(account)) return undefined;
      const answer = await askSecret(question, signal);
      if (answer === undefined && signal?.aborted !== true) this.declined.add(account);
      return answer;
    };
  }

  /** Tells those who were asked whether the password let us in, so that a wrong one is kept nowhere. */
  passwordTried(node: string, user: string, host: string, worked: boolean): void {
    const secret = this.passwords.get(`${user}@${host}`);
    if (secret === undefined) return;
    this.people.secretTried?.({ kind: 'password', node, user, host, again: false }, secret, worked);
  }

  /** The password was wrong too often: nobody is asked again in this session. */
  giveUpPassword(user: string, host: string): void {
    this.passwords.set(`${user}@${host}`, undefined);
  }

  private async askPassphrase(node: string, file: string): Promise<ParsedKey | undefined> {
    const { utils } = await loadSsh2();
    const text = await readFile(file);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const question: SecretQuestion = { kind: 'passphrase', node, keyFile: file, again: attempt > 0 };
      const secret = await this.people.askSecret?.(question);
      if (secret === undefined) return undefined;
      const key = utils.parseKey(text, secret);
      const one = Array.isArray(key) ? (key[0] as ParsedKey) : key;
      const worked = !(one instanceof Error);
      this.people.secretTried?.(question, secret, worked);
      if (worked) return readOnce(one);
    }
    return undefined;
  }
}

/** With IdentityFile ssh also looks for FILE.pub, to know which of the agent's keys is meant (ssh_config(5)). */
async function publicPart(file: string): Promise<KeyFile> {
  const text = await readFile(`${file}.pub`).catch(() => undefined);
  if (text === undefined) return { kind: 'absent', file };
  const { utils } = await loadSsh2();
  const key = utils.parseKey(text);
  return key instanceof Error
    ? { kind: 'absent', file }
    : { kind: 'public', file, publicKey: key.getPublicSSH() };
}

/** `isOpen`: others may read it; then ssh does not use a private key either (authfile.c, sshkey_perm_ok). */
async function readKeyFile(file: string, isOpen: boolean): Promise<KeyFile> {
  const { utils } = await loadSsh2();
  const text = await readFile(file);
  const hasCertificate = await access(`${file}-cert.pub`).then(
    () => true,
    () => false,
  );
  const common = { file, hasCertificate };
  if (keyTypeIn(text.toString('latin1'))?.startsWith('sk-') === true)
    return { ...common, kind: 'security-key' };
  const exposed = { ...common, kind: 'broken', why: `others may read it; chmod 600 ${file}` } as const;
  if (isEncrypted(text.toString('latin1'))) {
    if (isOpen) return exposed;
    const publicText = await readFile(`${file}.pub`).catch(() => undefined);
    const publicKey = publicText && utils.parseKey(publicText);
    return {
      ...common,
      kind: 'locked',
      publicKey: publicKey && !(publicKey instanceof Error) ? publicKey.getPublicSSH() : undefined,
    };
  }
  const parsed = utils.parseKey(text);
  const key = Array.isArray(parsed) ? (parsed[0] as ParsedKey) : parsed;
  if (key instanceof Error) return { ...common, kind: 'broken', why: key.message };
  if (!key.isPrivateKey()) return { ...common, kind: 'public', publicKey: key.getPublicSSH() };
  return isOpen ? exposed : { ...common, kind: 'key', key: readOnce(key) };
}

/** An agent of ssh2 that is spoken to over a stream (agent.js, OpenSSHAgent). */
type Streaming = BaseAgent & {
  getStream?: (callback: (error: Error | null | undefined, stream?: Duplex) => void) => void;
};

async function askAgent(socket: string): Promise<AgentKeys> {
  const { createAgent, utils } = await loadSsh2();
  let problem: string | undefined;
  const found = await new Promise<readonly unknown[]>((resolve) => {
    const none = (why: string) => {
      problem = `the agent ${socket} ${why}`;
      resolve([]);
    };
    const agent: Streaming = createAgent(socket);
    let stream: Duplex | undefined;
    const open = agent.getStream?.bind(agent);
    // ssh2 waits for ever and keeps its socket to itself.
    if (open)
      agent.getStream = (callback) =>
        open((error, opened) => {
          stream = opened;
          callback(error, opened);
        });
    const timer = setTimeout(() => {
      none(`did not answer within ${AGENT_MS / 1000} s`);
      stream?.destroy();
    }, AGENT_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error || !keys) none(`does not answer (${error?.message ?? 'no keys'})`);
      else resolve(keys);
    });
  });
  const keys = found.flatMap((key) => {
    const parsed = utils.parseKey(key as ParsedKey);
    if (parsed instanceof Error) return [];
    const agent = createAgent(socket);
    // An agent of its own for each key, so that the keys can be tried in our order.
    agent.getIdentities = (callback: (error: Error | undefined, keys: ParsedKey[]) => void) =>
      callback(undefined, [parsed]);
    return [{ blob: parsed.getPublicSSH(), agent }];
  });
  if (keys.length === 0)
    problem ??= `the agent ${socket} holds no key that Standby's own SSH can use (security keys and certificates are none)`;
  return { keys, ...(problem === undefined ? {} : { problem }) };
}
