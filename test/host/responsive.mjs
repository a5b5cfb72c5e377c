// Tells an extension host that was held up by its own code from one that a busy machine did not let run.
import { readFile } from 'node:fs/promises';

/** A turn of the event loop that held the thread this long, in ms, is the fault of what ran there: half of what VS Code tolerates. */
const HELD = 1_500;

/**
 * Collects VS Code's own verdicts on the extension host, which mean no answer within three seconds, from the page's
 * console and from what `hear` is given. `settle` throws when there is one and the host's code held its thread, or
 * nothing is known of that; a verdict that came because other processes had the processors is printed.
 */
export function watchResponsive(page, host) {
  const verdicts = new Set();
  const hear = (text) => {
    if (/extension host.* unresponsive/i.test(text)) verdicts.add(text);
  };
  page.on('console', (message) => hear(message.text()));
  const settle = async () => {
    if (verdicts.size === 0) return;
    const lines = (await readFile(host.stallFile, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    const written = lines.map((line) => JSON.parse(line));
    const turns = written.filter(({ took }) => took !== undefined);
    const described = turns
      .map(
        ({ took, waited }) => `${took.toFixed(0)} ms, ${waited.toFixed(0)} of them waiting for a processor`,
      )
      .join('; ');
    const said = `VS Code said: ${[...verdicts].join(' / ')}; long turns of its event loop: ${described || 'none'}`;
    if (!written.some(({ watching }) => watching !== undefined))
      throw new Error(
        `the extension host did not answer in time, and its event loop was not watched: ${said}`,
      );
    if (turns.some(({ took, waited }) => took - waited >= HELD))
      throw new Error(`the extension host did not answer in time: ${said}`);
    console.log(
      `      note: the machine, not the extension, kept the extension host from answering: ${said}`,
    );
  };
  return { hear, settle };
}
