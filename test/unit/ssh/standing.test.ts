import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { doneLine, readDone, standingIn, standingScript } from '../../../src/ssh/loop';

/** What a shell prints for the script, asked twice. */
const outputs = (program: readonly string[], script: string) => {
  const [shell = 'sh', ...args] = program;
  const { stdout, stderr, status } = spawnSync(shell, [...args, '-c', standingScript(script)], {
    input: '1\n2\n',
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
};

describe('a script that stands on a node', () => {
  for (const shell of [['dash'], ['busybox', 'ash'], ['bash']]) {
    it(`is run for each number under ${shell.join(' ')}, whatever it does to its shell, and ends with its stdin`, () => {
      const { stdout, stderr, status } = outputs(
        shell,
        'echo "to $x"; case $x in a) ;; esac; x=set; cd /; printf oops >&2; cat; printf "%s\\n" "\\c $n"; exit 7',
      );
      const out = (n: number) => `to \n\\c ${n}\n${doneLine(n, 7)}`;
      assert.equal(stdout, `${doneLine(0, 0)}${out(1)}${out(2)}`);
      assert.equal(stderr, `${doneLine(0, 0)}oops${doneLine(1, 7)}oops${doneLine(2, 7)}`);
      assert.equal(status, 0);
    });
  }

  it('has an end that is found on a line without end, and only when it is whole', () => {
    assert.deepEqual(readDone(`a\nb${doneLine(3, 7)}`, 3), { text: 'a\nb', status: 7 });
    assert.equal(readDone(doneLine(3, 7).trimEnd(), 3), undefined);
    assert.equal(readDone(doneLine(3, 7), 4), undefined);
    assert.equal(readDone(`${doneLine(3, 7)}more`, 3), undefined);
  });

  it('is recognised by a server that simulates a node', () => {
    assert.equal(standingIn(standingScript("echo 'a'\nb")), "echo 'a'\nb");
    assert.equal(standingIn('echo'), undefined);
  });

  it('ends also while it runs, when its stdin is closed', async () => {
    const child = spawn('sh', ['-c', standingScript('sleep 0.2')]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end('1\n');
    assert.equal(await ended, 0);
  });
});
