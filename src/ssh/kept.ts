import { StringDecoder } from 'node:string_decoder';
import type { ExecOptions } from './connection';

/** The first bytes of a stream as text; what comes after them is told on but not kept. */
export class Kept {
  truncated = false;
  private readonly whole = new StringDecoder('utf8');
  private readonly parts: Buffer[] = [];
  private size = 0;
  private stopped = false;

  constructor(
    private readonly stream: 'stdout' | 'stderr',
    private readonly maxBytes: number,
    private readonly onOutput: ExecOptions['onOutput'],
  ) {}

  add(data: Buffer): void {
    if (this.stopped) return;
    const room = this.maxBytes - this.size;
    if (data.length > room) this.truncated = true;
    if (room > 0) {
      this.parts.push(data.subarray(0, room));
      this.size += Math.min(room, data.length);
    }
    if (!this.onOutput) return;
    const text = this.whole.write(data);
    if (text !== '') this.onOutput(text, this.stream);
  }

  stop(): void {
    this.stopped = true;
  }

  end(): string {
    const rest = this.stopped ? '' : this.whole.end();
    if (rest !== '') this.onOutput?.(rest, this.stream);
    return new StringDecoder('utf8').write(Buffer.concat(this.parts));
  }
}
