import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import type { Bed } from './bed';
import { eventually, onBed } from './suite';

/** Of the bed's cluster file, milliseconds; how often `--watch` prints; and what a loaded machine may add. */
const [interval, inactiveAfter, print, slack] = [2_000, 6_000, 1_000, 8_000];

/** `standby status --watch` as a person sees it. */
class Watched {
  private text = '';
  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => (this.text += piece));
  }

  static start(bed: Bed, file: string): Watched {
    const { file: program, words, env } = bed.commandLine('ops', ['status', file, '--watch']);
    return new Watched(
      spawn(program, words, {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 300_000,
        killSignal: 'SIGKILL',
      }),
    );
  }

  /** What was printed last: the words behind each node's name, and the whole text. */
  last(): { readonly text: string; readonly nodes: ReadonlyMap<string, string> } {
    const text = this.text.slice(this.text.lastIndexOf('bed (moosefs)'));
    const rows = text.matchAll(/^ {2}((?:m|cs|cl)\d+) +\S+ +(\S+(?: \(\w+\))?)/gm);
    return { text, nodes: new Map([...rows].map(([, name = '', state = '']) => [name, state])) };
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill('SIGINT');
    await ended;
  }
}

/** Nodes that are not simply active, with their state. */
const troubled = (nodes: ReadonlyMap<string, string>) => [...nodes].filter(([, state]) => state !== 'active');

onBed(
  'heartbeats of a real cluster with twenty chunkservers',
  (bed) => {
    it('tell a node that was cut off silently within its deadline, and not the cluster when this machine is', async function () {
      this.timeout(330_000);
      const watched = Watched.start(bed(), await bed().clusterFile());
      try {
        await eventually(60_000, () => {
          const { nodes } = watched.last();
          assert.equal(nodes.size, bed().nodes.length);
          assert.deepEqual(troubled(nodes), []);
          return Promise.resolve();
        });

        await bed().cut('cs7', 'silent');
        const cutAt = Date.now();
        await eventually(inactiveAfter + interval + print + slack, () => {
          assert.match(watched.last().nodes.get('cs7') ?? '', /^inactive/);
          return Promise.resolve();
        });
        const silentAfter = Date.now() - cutAt;
        // The witnesses have a few seconds to answer.
        await eventually(30_000, () => {
          assert.deepEqual(troubled(watched.last().nodes), [['cs7', 'inactive (down)']]);
          return Promise.resolve();
        });
        const verdictAfter = Date.now() - cutAt;
        assert(silentAfter >= inactiveAfter - interval, `silent after ${silentAfter} ms already`);
        await bed().heal('cs7');
        await eventually(60_000, () => {
          assert.deepEqual(troubled(watched.last().nodes), []);
          return Promise.resolve();
        });

        await bed().cut('ops', 'silent');
        await eventually(inactiveAfter + interval + print + slack, () => {
          assert.match(watched.last().text, /This machine has lost the cluster/);
          return Promise.resolve();
        });
        assert.doesNotMatch(watched.last().text, /\(down\)/);
        await bed().heal('ops');
        await eventually(60_000, () => {
          assert.deepEqual(troubled(watched.last().nodes), []);
          assert.doesNotMatch(watched.last().text, /has lost the cluster/);
          return Promise.resolve();
        });
        console.log(
          `      cs7 was silent after ${(silentAfter / 1000).toFixed(1)} s, down after ${(verdictAfter / 1000).toFixed(1)} s`,
        );
      } finally {
        await watched.end();
      }
    });
  },
  { masters: 1, chunkservers: 20, disksEach: 1 },
);
