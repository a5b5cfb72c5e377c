/** Puts questions to a person one at a time; who asks the same while it is open gets the same answer. */
export class Questions<Answer> {
  #last: Promise<unknown> = Promise.resolve();
  readonly #open = new Map<string, Promise<Answer>>();

  /** `key` says which questions are the same. Rejects when `ask` does. */
  put(key: string, ask: () => PromiseLike<Answer>): Promise<Answer> {
    const same = this.#open.get(key);
    if (same) return same;
    const answer = this.#last.then(ask).finally(() => this.#open.delete(key));
    this.#last = answer.catch(() => undefined);
    this.#open.set(key, answer);
    return answer;
  }
}
