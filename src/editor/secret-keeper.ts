import type { SecretQuestion } from '../ssh/options';
import { Questions } from './questions';

/** The part of the editor's secret storage that is used. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, secret: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** What may be asked for once and used again; the answers of a dialogue may not. */
export type Kept = Exclude<SecretQuestion, { readonly kind: 'dialogue' }>;

/** How a person is asked. */
export interface SecretDialogs {
  ask(question: SecretQuestion, signal?: AbortSignal): PromiseLike<string | undefined>;
  /** Whether a secret that was right may be stored. */
  offerToKeep(question: Kept): PromiseLike<boolean>;
}

/**
 * Passphrases and passwords: those that were right in this session, stored ones, else asked for, one question at a
 * time. Only a right one is ever stored, and only when the person says so; a wrong one is forgotten.
 */
export class SecretKeeper {
  readonly #questions = new Questions<string | undefined>();
  /** Offered once in a session, whatever the answer was. */
  readonly #offered = new Set<string>();
  /** So that a cluster that is connected again, or another with the same key, asks nothing. */
  readonly #right = new Map<string, string>();
  #dialogues = 0;

  constructor(
    private readonly storage: SecretStore,
    private readonly dialogs: SecretDialogs,
  ) {}

  /** `mayAsk` false: only what is stored. undefined: there is none, or the person gave none. */
  answer(question: SecretQuestion, mayAsk: () => boolean, signal?: AbortSignal): Promise<string | undefined> {
    if (question.kind === 'dialogue') return this.#askNow(question, mayAsk, signal);
    // Asked for once more when its turn comes: the person may have turned away by then.
    return this.#questions.put(`${keyOf(question)} ${question.again} ${mayAsk()}`, () =>
      this.#find(question, mayAsk()),
    );
  }

  /** What became of an answer. Resolves when the storage agrees with it. */
  async tried(question: SecretQuestion, secret: string, worked: boolean): Promise<void> {
    if (question.kind === 'dialogue') return;
    const key = keyOf(question);
    const stored = await this.storage.get(key);
    if (!worked) {
      if (this.#right.get(key) === secret) this.#right.delete(key);
      if (stored === secret) await this.storage.delete(key);
      return;
    }
    this.#right.set(key, secret);
    if (stored === secret || this.#offered.has(key)) return;
    this.#offered.add(key);
    if (await this.dialogs.offerToKeep(question)) await this.storage.store(key, secret);
  }

  /** A code is good once: each question is one of its own, and its answer is kept nowhere. */
  #askNow(
    question: SecretQuestion,
    mayAsk: () => boolean,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const isWanted = () => mayAsk() && signal?.aborted !== true;
    return this.#questions.put(`dialogue ${++this.#dialogues}`, async () =>
      isWanted() ? this.dialogs.ask(question, signal) : undefined,
    );
  }

  async #find(question: Kept, mayAsk: boolean): Promise<string | undefined> {
    const key = keyOf(question);
    if (question.again) {
      this.#right.delete(key);
      await this.storage.delete(key);
    }
    return (
      this.#right.get(key) ??
      (await this.storage.get(key)) ??
      (mayAsk ? await this.dialogs.ask(question) : undefined)
    );
  }
}

function keyOf(question: Kept): string {
  return question.kind === 'passphrase'
    ? `passphrase:${question.keyFile}`
    : `password:${question.user}@${question.host}`;
}
