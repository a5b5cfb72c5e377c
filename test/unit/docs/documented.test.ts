import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandHelp, help } from '../../../src/cli/help';
import { Exit, UsageError } from '../../../src/cli/exit';
import { readInvocation, type CommandName } from '../../../src/cli/invocation';
import { commands, contextKeys, settings } from '../../../src/editor/ids';
import { systems } from '../../../src/systems/index';
import { translatedManifest } from '../editor/translated-manifest';
import { blocks, pages, read, root } from './pages';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly configuration: Section | readonly Section[];
  };
}
interface Section {
  readonly properties: Readonly<Record<string, { readonly default: unknown }>>;
}

const { contributes } = translatedManifest as Manifest;
const settingsOf = Object.fromEntries(
  [contributes.configuration].flat().flatMap(({ properties }) => Object.entries(properties)),
);
const commandLine = read('docs/command-line.md');
const cliCommands = [...help.matchAll(/^ {2}standby ([a-z]+) /gm)].map(
  ([, name = '']) => name as CommandName,
);

/** The first cells of the table under a heading of its own first column. */
function firstCells(page: string, column: RegExp): readonly string[] {
  const lines = read(page).split('\n');
  const cells: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (!column.test(line)) continue;
    for (let row = index + 2; lines[row]?.startsWith('|'); row += 1)
      cells.push((lines[row]?.split(/(?<!\\)\|/)[1] ?? '').trim());
  }
  return cells;
}

describe('What exists is documented, and nothing that does not', () => {
  it('commands of the editor, by their titles', () => {
    const told = firstCells('docs/editor.md', /^\| command +\|/).flatMap((cell) => cell.split(', '));
    assert.deepEqual(told.toSorted(), contributes.commands.map(({ title }) => title).toSorted());
  });

  it('settings, with their defaults', () => {
    const told = firstCells('docs/editor.md', /^\| setting +\|/).map((cell) => cell.replaceAll('`', ''));
    assert.deepEqual(told.toSorted(), Object.keys(settingsOf).toSorted());
    const text = read('docs/editor.md');
    for (const [name, { default: value }] of Object.entries(settingsOf)) {
      const [, written = ''] = new RegExp(`^\\| \`${name}\` +\\| ([^|]*?) +\\|`, 'm').exec(text) ?? [];
      assert.equal(written, value === '' ? 'empty' : `\`${JSON.stringify(value)}\``, name);
    }
  });

  it('ids of the editor wherever a page names one', () => {
    const known = new Set<string>([
      ...Object.values(commands),
      ...Object.values(settings),
      ...Object.values(contextKeys),
    ]);
    const unknown = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .flatMap((page) =>
        [...read(page).matchAll(/[`"](standby\.[a-z]\w*(?:\.\w+)+)[`"]/g)]
          .map(([, id = '']) => id)
          .filter((id) => !known.has(id) && !/\.(vsix|svg|sarif|tgz)$/.test(id))
          .map((id) => `${page}: ${id}`),
      );
    assert.deepEqual(unknown, []);
  });

  it('commands of the command line, each in the table and in --help', () => {
    const told = firstCells('docs/command-line.md', /^\| command +\|/).map(
      (cell) => /^`([a-z]+)/.exec(cell)?.[1],
    );
    assert.deepEqual(told.toSorted(), cliCommands.toSorted());
    // Whatever is no command is answered with those that are.
    assert.throws(
      () => readInvocation(['no-such-thing-at-all']),
      (error) => {
        assert.ok(error instanceof UsageError);
        const named = /The commands are (.*)\.$/.exec(error.message)?.[1]?.split(', ') ?? [];
        assert.deepEqual(named.toSorted(), cliCommands.toSorted());
        return true;
      },
    );
  });

  for (const command of cliCommands) {
    it(`options of standby ${command}, in its help and on the page`, () => {
      const text = commandHelp(command, []);
      const inHelp = new Set([...text.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option = '']) => option));
      const accepted = allOptions().filter((option) => isAccepted(command, option));
      const inUsage = [...text.matchAll(/\[(--[a-z-]+)/g)].map(([, option = '']) => option);
      assert.deepEqual([...new Set([...inHelp, ...inUsage])].toSorted(), accepted.toSorted());
      assert.deepEqual(
        accepted.filter((option) => !commandLine.includes(`${option}`)),
        [],
        'not on docs/command-line.md',
      );
    });
  }

  it('no option that no command has', () => {
    const known = new Set([...cliCommands.flatMap(acceptedBy), '--help', '--version']);
    const told = [...commandLine.matchAll(/(?<![\w-])(--[a-z][a-z-]*)/g)].map(([, option = '']) => option);
    assert.deepEqual(
      [...new Set(told)].filter((option) => !known.has(option)),
      [],
    );
  });

  it('exit statuses, on the page and in --help', () => {
    const wanted = Object.values(Exit).map(String);
    assert.deepEqual(firstCells('docs/command-line.md', /^\| exit status +\|/), wanted);
    const [, told = ''] = /Exit status:\n((?: {2}.*\n?)+)/.exec(help) ?? [];
    assert.deepEqual(
      [...told.matchAll(/^ {2}(\d)  /gm)].map(([, status]) => status),
      wanted,
    );
  });

  it('kinds of plans, each with what it takes, and a page of its system that names it', () => {
    for (const { spec, planners } of systems) {
      const title = spec.id === 'moosefs' ? 'MooseFS' : spec.id === 'lustre' ? 'Lustre' : spec.id;
      const told = firstCells('docs/command-line.md', new RegExp(`^\\| kind for ${title} +\\|`));
      const kinds = told.map((cell) => /^`([a-z-]+)/.exec(cell)?.[1] ?? '');
      assert.deepEqual(kinds.toSorted(), planners.map(({ kind }) => kind).toSorted(), spec.id);
      for (const { kind, target } of planners) {
        const cell = told.find((each) => new RegExp(`^\`${kind}[\` ]`).test(each)) ?? '';
        assert.equal(/ [A-Z]/.test(cell), target !== 'cluster', `${kind}: ${cell}`);
        assert.ok(
          read(`docs/${spec.id}.md`).includes(`\`${kind}`),
          `docs/${spec.id}.md says nothing of ${kind}`,
        );
      }
    }
  });

  it('scripts of package.json, wherever a page calls one', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const called = pages
      .filter((page) => page !== 'CHANGELOG.md')
      .flatMap((page) =>
        [...read(page).matchAll(/\bnpm run ([a-z][a-z0-9:-]*)/g)].map(([, name = '']) => ({ page, name })),
      );
    assert.ok(called.length > 5);
    assert.deepEqual(
      called.filter(({ name }) => scripts[name] === undefined),
      [],
    );
    const contributing = read('CONTRIBUTING.md');
    assert.deepEqual(
      Object.keys(scripts).filter(
        (name) => !['watch', 'prepack'].includes(name) && !contributing.includes(name),
      ),
      [],
      'not in CONTRIBUTING.md',
    );
  });
});

describe('What the pages tell people to type', () => {
  const lines = pages.flatMap((page) =>
    blocks(read(page))
      .filter(({ language }) => ['', 'sh', 'yaml'].includes(language))
      .flatMap(({ code }) => code.split('\n'))
      .map((line) => line.replace(/^\s*(?:- run: |- |entry: )?/, ''))
      .filter((line) => /^standby [a-z]/.test(line))
      .map((line) => ({ page, line })),
  );

  it('are commands that exist, with options that exist', () => {
    assert.ok(lines.length > 15, `only ${lines.length} lines`);
    const wrong = lines.flatMap(({ page, line }) => {
      const words = line
        .replace(/ +#.*$/, '')
        .replace(/ *(\|\||>).*$/, '')
        .split(/\s+/)
        .slice(1);
      // A usage line with its placeholders is read as it stands.
      try {
        const read = readInvocation(words.length === 1 ? [...words, 'a.cluster.yaml'] : words);
        return kindIsKnown(read) ? [] : [`${page}: ${line}: no such kind`];
      } catch (error) {
        return [`${page}: ${line}: ${(error as Error).message}`];
      }
    });
    assert.deepEqual(wrong, []);
  });
});

function kindIsKnown(invocation: ReturnType<typeof readInvocation>): boolean {
  if (!('kind' in invocation) || invocation.kind === undefined) return true;
  return systems.some(({ planners }) => planners.some(({ kind }) => kind === invocation.kind));
}

function allOptions(): readonly string[] {
  const texts = [...cliCommands.map((command) => commandHelp(command, [])), commandLine, sourceOfOptions()];
  return [
    ...new Set(
      texts.flatMap((text) => [...text.matchAll(/(?<![\w-])(--[a-z][a-z-]*)/g)].map(([, o = '']) => o)),
    ),
  ];
}

/** The table of options as written, so that one that no text names is found, too. */
function sourceOfOptions(): string {
  const source = readFileSync(join(root, 'src/cli/invocation.ts'), 'utf8');
  return [...source.matchAll(/['"]?([a-z][a-z-]*)['"]?: \{ type: '/g)]
    .map(([, name = '']) => `--${name}`)
    .join(' ');
}

function acceptedBy(command: CommandName): readonly string[] {
  return allOptions().filter((option) => isAccepted(command, option));
}

/** Whether a command takes an option: another one is answered with “Unknown option”. */
function isAccepted(command: CommandName, option: string): boolean {
  if (option === '--help') return false;
  try {
    readInvocation([command, option]);
    return true;
  } catch (error) {
    return !/Unknown option/.test((error as Error).message);
  }
}
