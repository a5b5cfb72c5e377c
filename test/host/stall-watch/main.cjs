// An extension beside the one under test, in the same extension host: writes down each turn of the event loop that
// took half a second or longer, and how much of it the thread spent waiting for a processor.
'use strict';
const { appendFileSync, readFileSync } = require('node:fs');

const interval = 100;
const worthIt = 500;

exports.activate = ({ subscriptions }) => {
  const file = process.env.STANDBY_TEST_STALLS;
  if (!file) return;
  const write = (line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  let last = performance.now();
  let waited = waitedForProcessor();
  write({ watching: process.pid });
  const timer = setInterval(() => {
    const now = performance.now();
    const waitedNow = waitedForProcessor();
    const took = now - last - interval;
    if (took >= worthIt) write({ took, waited: waitedNow - waited });
    last = now;
    waited = waitedNow;
  }, interval);
  subscriptions.push({ dispose: () => clearInterval(timer) });
};

/** Milliseconds that the first thread was ready to run while others ran (proc(5), sched-stats); 0 where unknown. */
function waitedForProcessor() {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
