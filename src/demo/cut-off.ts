/** Machines that have power while nobody reaches them. For the others in their cluster that is as if they were off. */
export class CutOff {
  readonly #names = new Set<string>();

  constructor(private readonly hostOf: (name: string) => { up: boolean }) {}

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Cuts a machine off, or joins it again; what it ran it has gone on running. */
  set(name: string, isJoined: boolean): void {
    const host = this.hostOf(name);
    if (isJoined && this.#names.delete(name)) host.up = true;
    if (isJoined || !host.up) return;
    this.#names.add(name);
    host.up = false;
  }
}
