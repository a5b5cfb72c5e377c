import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A socket's name holds 104 bytes on some systems (unix(4)), and ssh adds 17 while it makes one. */
const LONGEST = 70;

/** The folder of our ssh's sockets, which nobody else may enter: made on first use, gone with `dispose`. */
export class SocketFolder {
  private made: string | undefined;
  private count = 0;

  /** A name in it that was not given before. */
  next(): string {
    if (this.made === undefined) {
      const temp = os.tmpdir();
      this.made = mkdtempSync(path.join(temp.length > LONGEST ? '/tmp' : temp, 'standby-'));
    }
    return path.join(this.made, String(this.count++));
  }

  dispose(): void {
    if (this.made !== undefined) rmSync(this.made, { recursive: true, force: true });
    this.made = undefined;
  }
}
