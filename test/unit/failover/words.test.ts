import assert from 'node:assert/strict';
import { splitWords, WordsError } from '../../../src/failover/words';

describe('words of a console command', () => {
  const cases: [string, string[]][] = [
    ['ipmitool -H bmc power status', ['ipmitool', '-H', 'bmc', 'power', 'status']],
    [`  a 'b c'  "d e"f\\ g `, ['a', 'b c', 'd ef g']],
    [`x '' ""`, ['x', '', '']],
    [`x '$HOME' "$HOME" $HOME \`id\` ; | > *`, ['x', '$HOME', '$HOME', '$HOME', '`id`', ';', '|', '>', '*']],
    [`x "a\\"b" "c\\d" 'e\\f'`, ['x', 'a"b', 'c\\d', 'e\\f']],
  ];
  for (const [line, words] of cases) {
    it(`splits ${line}`, () => assert.deepEqual(splitWords(line), words));
  }
  for (const line of [`a 'b`, `a "b`, `a "b\\`, 'a \\', '', '   ', `''`]) {
    it(`refuses ${JSON.stringify(line)}`, () => assert.throws(() => splitWords(line), WordsError));
  }
});
