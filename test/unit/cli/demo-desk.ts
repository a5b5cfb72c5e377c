import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDemo, type Demo } from '../../../src/demo/server';
import { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';
import type { Ended } from '../../bed/programs';
import { Desk } from './built';

/** A simulated cluster in this process, and the command line in a folder beside it. */
export class DemoDesk {
  private constructor(
    readonly desk: Desk,
    readonly demo: Demo,
    /** The path of its cluster file. */
    readonly file: string,
  ) {}

  static async start(): Promise<DemoDesk> {
    const desk = await Desk.make();
    const simulator = new MoosefsSimulator();
    const demo = await startDemo([simulator], { dir: join(desk.dir, 'demo') });
    return new DemoDesk(desk, demo, join(demo.dir, simulator.fileName));
  }

  async stop(): Promise<void> {
    await this.demo.dispose();
    await this.desk.clear();
  }

  /** Runs the command line with the demo's ssh configuration. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.desk.run(...args, '--ssh-config', this.demo.sshConfig);
  }

  /** Writes a changed copy of the cluster file and returns its path. */
  async changed(name: string, change: (text: string) => string): Promise<string> {
    await this.desk.write(name, change(await readFile(this.file, 'utf8')));
    return join(this.desk.dir, name);
  }
}
