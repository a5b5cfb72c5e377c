import { Worker } from 'node:worker_threads';
import { decodeText } from '../cluster/bytes';
import type { CheckedSystem } from '../rules/check';
import type { Observed } from '../rules/observed';
import { Unpacking, type Answer, type CheckedText, type Question } from './check-crossing';

/** Milliseconds without a large file to check after which the thread ends. */
const idleMs = 30_000;

/** A thread that checks large files, one after another. It starts with the first and ends when it is idle. */
export class CheckThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  /** `entry` is the path of the bundled `check-worker`. */
  constructor(
    private readonly entry: string,
    private readonly systems: readonly CheckedSystem[],
  ) {}

  /** What `check` says of the text. Rejects when the thread ends before it has answered. */
  check(
    text: string | Uint8Array,
    observedFor: (clusterName: string) => Observed | undefined,
  ): Promise<CheckedText> {
    const result = this.#turn.then(() => this.#check(text, observedFor));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #check(
    text: string | Uint8Array,
    observedFor: (clusterName: string) => Observed | undefined,
  ): Promise<CheckedText> {
    if (this.#isDisposed) return Promise.reject(new Error('The editor is closing.'));
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= new Worker(this.entry));
    const unpacking = new Unpacking(this.systems);
    return new Promise<CheckedText>((resolve, reject) => {
      const ask = (question: Question): void => worker.postMessage(question);
      const settle = (act: () => void): void => {
        worker.off('message', hear).off('error', fail).off('exit', exit);
        this.#rest();
        act();
      };
      const hear = (answer: Answer): void => {
        if (answer.type === 'names') {
          const observed = answer.names.flatMap((name) => {
            const found = observedFor(name);
            return found ? [[name, found] as const] : [];
          });
          ask({ type: 'judge', observed: new Map(observed) });
        } else if (answer.part) {
          unpacking.add(answer.part);
          ask({ type: 'next' });
        } else settle(() => resolve(unpacking.result(decodeText(text).text)));
      };
      const end = (error: Error): void => {
        this.#worker = undefined;
        settle(() => reject(error));
      };
      const fail = (error: unknown): void => end(error instanceof Error ? error : new Error(String(error)));
      const exit = (): void => end(new Error('The thread that checks large files has ended.'));
      worker.on('message', hear).on('error', fail).on('exit', exit);
      ask({ type: 'check', text });
    });
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), idleMs);
    this.#idle.unref();
  }

  #end(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#idle);
    this.#end();
  }
}
