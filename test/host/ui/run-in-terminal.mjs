// What a person does while a run goes on: picks, dialogs, and the questions of the run in its terminal.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Answers what Fail Over… asks before its terminal: of which cluster, what to do, about what, to which node, the
 * console's approval, and to run it. `wanted`: what the chosen rows hold.
 */
export async function answerPicks(workbench, wanted = /failover|Let the plan choose|step by step/) {
  const { page } = workbench;
  const dialog = page.locator('.monaco-dialog-box');
  if ((await dialog.count()) > 0) {
    const words = await dialog.innerText();
    assert.match(words, /console command/, `not a question that was expected: ${words}`);
    await workbench.picture('console-approval');
    await dialog.getByRole('button', { name: 'Run It' }).click();
  }
  const rows = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  const fitting = rows.filter({ hasText: wanted });
  if ((await fitting.count()) > 0) await fitting.first().click();
}

/** Answers the question that the run in the terminal waits with, if it waits: its keys are named there. */
export async function answer(workbench, text) {
  const question = text.trimEnd().split('\n').at(-1) ?? '';
  const name = /Type (\S+) to go on/.exec(question)?.[1];
  if (name !== undefined) {
    for (const letter of name) await workbench.terminalKey(letter);
    await workbench.terminalKey('Enter');
  } else if (/^\s*Enter continue/.test(question)) {
    await workbench.terminalKey('Enter');
  } else if (/^\s*y approve/.test(question)) {
    await workbench.terminalKey('y');
  } else if (/^\s*r retry/.test(question)) {
    await workbench.terminalKey('r');
  }
}

/**
 * Answers everything until `over` says so of the terminal's text; a text is acted on once it stands still. `wanted`:
 * as for `answerPicks`.
 */
export async function driveRun(workbench, limitMs, over, wanted = undefined) {
  let said = '';
  await until('the run came that far', limitMs, async () => {
    await answerPicks(workbench, wanted);
    const text = await workbench.terminalText();
    if (text !== said) {
      said = text;
      return over(text);
    }
    if (await over(text)) return true;
    if (text !== '') await answer(workbench, text);
    return false;
  });
}

export async function until(what, limitMs, holds) {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`after ${limitMs / 1000} s still not: ${what}`);
    await sleep(300);
  }
}
