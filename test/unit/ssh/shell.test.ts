import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { commandLine, quote, scriptOf } from '../../../src/ssh/shell';

/** Text with what a shell might take for more than a letter. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`'"\`$\\;&|<>(){}[]*?!#~= \t\n\r-%^`),
    fc.constantFrom('$(id)', '`id`', '${x}', '\\n', "'\\''", '--', 'ü', '日', '\u{1F600}'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
  ),
  maxLength: 40,
});
const words = nasty.filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);

const sh = (script: string) => execFileSync('sh', ['-c', script], { encoding: 'utf8' });

describe('quote', () => {
  it('safety 22: a real sh reads back any text as one word, unchanged', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), (list) => {
        const quoted = list.map(quote).join(' ');
        assert.equal(sh(`printf '%s\\1' ${quoted}`), list.map((word) => `${word}\x01`).join(''));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves plain words readable, and refuses a NUL byte, which no argument can hold', () => {
    assert.equal(quote('/var/lib/mfs'), '/var/lib/mfs');
    assert.equal(quote(''), "''");
    assert.equal(quote('a b'), "'a b'");
    assert.throws(() => quote('a\0b'), RangeError);
  });
});

describe('commandLine', () => {
  it('safety 22: carries any script through a login shell unchanged, in the C locale', () => {
    fc.assert(
      fc.property(words, (text) => {
        const line = commandLine(`printf '%s' ${quote(text)}; printf '%s' "$LC_ALL"`, 'none');
        assert.equal(sh(line), `${text}C`);
      }),
      { numRuns: 60 },
    );
  });

  it('is read back by scriptOf, with and without sudo', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('none' as const, 'sudo' as const), (script, become) => {
        assert.equal(scriptOf(commandLine(script, become)), script);
      }),
      { numRuns: 200 },
    );
    assert.equal(scriptOf('rm -rf /'), undefined);
    assert.match(commandLine('id', 'sudo'), /^sudo -n env LC_ALL=C PATH=\S*\/usr\/sbin\S* sh -c 'id'$/);
  });
});
