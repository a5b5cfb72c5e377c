// What the benchmark measures of Standby; bundled by run.mjs as the product is.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { IncrementalParser } from '../../src/cluster/incremental';
import { CheckThread } from '../../src/editor/check-thread';
import { judge } from '../../src/rules/check';
import { systems } from '../../src/systems/index';
import { clusterText } from './cluster-text';

export { clusterText };

const specs = systems.map(({ spec }) => spec);

/** CPU milliseconds of one edit within a line, as the mean of some, once the code is warm. */
export function edits(nodes: number, isNewLine: boolean): number {
  const parser = new IncrementalParser(specs);
  let text = clusterText(nodes);
  judge(parser.parse(text), systems);
  const run = (count: number): number => {
    let spent = 0;
    for (let edit = 0; edit < count; edit++) {
      text = edited(text, nodes, edit, isNewLine);
      const before = process.cpuUsage();
      judge(parser.parse(text), systems);
      const { user, system } = process.cpuUsage(before);
      spent += user + system;
      if (!parser.wasIncremental) throw new Error('An edit was read as a whole.');
    }
    return spent / 1000 / count;
  };
  // As in an editor that has been in use for a while: each edit runs little code, which V8 compiles late.
  run(400);
  return run(40);
}

/** The text with another address of a node in the middle, or with a line more or less; in one piece, as editors give it. */
function edited(text: string, nodes: number, edit: number, isNewLine: boolean): string {
  const line = text.indexOf('\n', text.indexOf(`- name: cs${Math.floor(nodes / 2)}\n`)) + 1;
  const end = text.indexOf('\n', line);
  const [piece, rest] = !isNewLine
    ? [`    address: 172.16.0.${(edit % 250) + 1}`, end]
    : text.startsWith('    #', line)
      ? ['', end + 1]
      : [`    # ${edit}\n`, line];
  const whole = `${text.slice(0, line)}${piece}${text.slice(rest)}`;
  // V8 joins the pieces when somebody looks into the text: here, not in the time of the parser.
  return whole.includes('\0') ? '' : whole;
}

/** Opens a large file as the editor does: the longest stall of this thread, milliseconds, and bytes kept. */
export async function open(nodes: number, worker: string): Promise<{ stallMs: number; bytes: number }> {
  const text = clusterText(nodes);
  const memory = () => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  };
  // One file before, so that the code of both sides is loaded.
  const thread = new CheckThread(worker, systems);
  await thread.check(clusterText(300), () => undefined);
  const before = memory();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { checked, kept } = await thread.check(text, () => undefined);
  delay.disable();
  thread.dispose();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const bytes = memory() - before;
  if (checked.documents[0]?.draft.nodes.length !== nodes || !kept) throw new Error('It was not read.');
  return { stallMs: delay.max / 1e6, bytes };
}
