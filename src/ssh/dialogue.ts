import { SshError } from './error';
import { withLimit } from './limit';
import type { SecretQuestion, SshOptions } from './options';

/** One prompt of keyboard-interactive (RFC 4256, 3.2), as ssh2 hands it over. */
export interface Prompt {
  readonly prompt: string;
  readonly echo?: boolean;
}

/** For a person to look at a telephone; sshd hangs up after the same time (sshd_config(5), LoginGraceTime). */
export const DIALOGUE_MS = 120_000;
/** A server that asks more than this asks without end. */
const ROUNDS = 10;
const PROMPTS = 10;
const PROMPT_LENGTH = 200;
const INSTRUCTIONS_LENGTH = 500;

/** What sshd, PAM and BSD ask for a password by; anything else may be a code, or a new password. */
const PASSWORD = /^(\(\S{1,200}\) )?(\S{1,200}'s )?password( for \S{1,200})?\s*:?\s*$/i;

/** Whether a prompt asks for the password of the account and for nothing else. */
export function asksForPassword({ prompt, echo }: Prompt): boolean {
  return echo !== true && PASSWORD.test(prompt.trim());
}

/** Words of a server as one harmless line: without control characters and what turns the direction of writing. */
export function serversWords(text: string, length: number): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

/** What a dialogue needs of the login that it belongs to. */
export interface DialogueParts {
  readonly node: string;
  readonly user: string;
  readonly host: string;
  /** The server refused what was said before. */
  readonly again: boolean;
  /** The password of the account, for the first prompt that asks for it; absent: the person says what to answer. */
  readonly password?: () => Promise<string | undefined>;
  readonly askSecret: SshOptions['askSecret'];
  /** The connection is given up. */
  readonly signal: AbortSignal;
}

/**
 * The near end of one keyboard-interactive login. The password is said once and only where it is asked for; every other
 * question goes to the person in the server's own words, and its answer is kept nowhere.
 */
export class Dialogue {
  /** The server asked anything at all. */
  wasAsked = false;
  saidPassword = false;
  /** It was asked for the password, and there is none. */
  lacksPassword = false;
  /** The person was asked something beside the password. */
  askedPerson = false;
  private rounds = 0;

  constructor(private readonly parts: DialogueParts) {}

  /** Answers to one round of prompts. Rejects with SshError `auth-failed` when there is none, or nobody to ask. */
  async answer(name: string, instructions: string, prompts: readonly Prompt[]): Promise<string[]> {
    this.wasAsked = true;
    if (++this.rounds > ROUNDS || prompts.length > PROMPTS) throw this.failure('asks questions without end');
    const said = [name, instructions].filter((text) => text.trim() !== '').join(': ');
    const answers: string[] = [];
    for (const prompt of prompts) answers.push(await this.one(prompt, said));
    return answers;
  }

  private async one(prompt: Prompt, instructions: string): Promise<string> {
    if (this.parts.password && !this.saidPassword && asksForPassword(prompt)) {
      const password = await this.parts.password();
      this.saidPassword = true;
      this.lacksPassword = password === undefined;
      if (password === undefined) throw this.failure('wants a password, and none was given');
      return password;
    }
    this.askedPerson = true;
    const { node, user, host, again, askSecret, signal } = this.parts;
    const words = serversWords(prompt.prompt, PROMPT_LENGTH);
    const asks = `asks “${words}”`;
    if (!askSecret)
      throw this.failure(`${asks}, and nobody is here to be asked: run the command in a terminal`);
    const question: SecretQuestion = {
      kind: 'dialogue',
      node,
      user,
      host,
      prompt: words,
      instructions: serversWords(instructions, INSTRUCTIONS_LENGTH),
      echo: prompt.echo === true,
      again,
    };
    const errors = {
      timeout: () => this.failure(`${asks}, and nobody answered within ${DIALOGUE_MS / 60_000} min`),
      aborted: () => this.failure(`${asks}, and the connection ended before the answer`),
    };
    const answer = await withLimit(DIALOGUE_MS, signal, errors, (limit) => askSecret(question, limit));
    if (answer === undefined) throw this.failure(`${asks}, and got no answer`);
    return answer;
  }

  private failure(what: string): SshError {
    const { node, user, host } = this.parts;
    return new SshError(
      'auth-failed',
      node,
      `Node ${node}: the login ${user}@${host} ${what}. Connect again to be asked again.`,
    );
  }
}
