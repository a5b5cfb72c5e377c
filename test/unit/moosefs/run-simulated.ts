import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { ExecResult } from '../../../src/ssh/connection';
import type { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';

/** Runs a script on a simulated node while simulated time passes in quarter seconds, for at most `forMs`. */
export async function runSimulated(
  simulator: MoosefsSimulator,
  node: string,
  script: string,
  forMs = 60_000,
): Promise<ExecResult> {
  let text = '';
  let result: ExecResult | undefined;
  void simulator
    .run(node, script, (piece) => (text += piece))
    .then((answer) => (result = { ...answer, stdout: text + answer.stdout, truncated: false }));
  for (let waited = 0; waited <= forMs && !result; waited += 250) {
    await setImmediate();
    if (!result) simulator.advance(250);
  }
  assert.ok(result, `${node} never answered`);
  return result;
}
