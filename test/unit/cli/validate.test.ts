import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from '../../bed/programs';
import { FakeServer } from '../../ssh/fake-server';
import { cli, Desk, goodFile } from './built';

interface FindingJson {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly related: readonly unknown[];
}

describe('standby validate', function () {
  this.timeout(60_000);
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.make();
    await desk.write('good.cluster.yaml', goodFile);
  });
  afterEach(() => desk.clear());

  const findingsOf = async (exit: number, ...files: string[]) => {
    const { code, stdout, stderr } = await desk.run('validate', '--format', 'json', ...files);
    assert.equal(code, exit, stderr + stdout);
    return { findings: JSON.parse(stdout) as FindingJson[], stderr };
  };

  it('exits 0 for a good file, counts its notes, and says nothing on stderr', async () => {
    const { code, stdout, stderr } = await desk.run('validate', 'good.cluster.yaml');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.match(stdout, /^good\.cluster\.yaml:3:25: information: .*\[spare-domains\]\n1 file: 1 note\n$/);
  });

  /** Good news left out. */
  const trouble = (findings: readonly FindingJson[]) =>
    findings
      .filter(({ severity }) => severity !== 'information')
      .map(({ file, severity, code }) => `${file} ${severity} ${code}`);

  it('gives places from 1 with an exclusive end, and exit status 1 for an error', async () => {
    await desk.write('bad.yaml', goodFile.replace('capacity: 1TB', 'capacity: 1000'));
    const { findings } = await findingsOf(1, 'bad.yaml');
    const [finding] = findings.filter(({ code }) => code === 'size-without-unit');
    const line = goodFile.split('\n').findIndex((text) => text.includes('name: cs1')) + 1;
    const column = (goodFile.split('\n')[line - 1] ?? '').indexOf('1TB') + 1;
    assert(finding);
    const { message, related, ...place } = finding;
    assert.deepEqual(place, {
      file: 'bad.yaml',
      line,
      column,
      endLine: line,
      endColumn: column + 4,
      severity: 'error',
      code: 'size-without-unit',
    });
    assert.match(message, /1000/);
    assert(Array.isArray(related));
    const pretty = await desk.run('validate', 'bad.yaml');
    assert.match(
      pretty.stdout,
      new RegExp(`^bad\\.yaml:${line}:${column}: error: .*\\[size-without-unit\\]$`, 'm'),
    );
  });

  it('exits 0 when there are only warnings', async () => {
    await desk.write('warn.yaml', `${goodFile}x-ok: 1\nsurplus: 1\n`);
    const { findings } = await findingsOf(0, 'warn.yaml');
    assert.deepEqual(trouble(findings), ['warn.yaml warning unknown-key']);
  });

  it('reports clusters of one name in two files, and reads a file that is given twice once', async () => {
    await desk.write('other.yaml', goodFile);
    const { findings } = await findingsOf(1, 'good.cluster.yaml', 'other.yaml', './good.cluster.yaml');
    assert.deepEqual(trouble(findings), ['other.yaml error duplicate-name']);
    assert.deepEqual(
      (
        findings.find(({ code }) => code === 'duplicate-name')?.related as { file: string; line: number }[]
      ).map(({ file, line }) => ({ file, line })),
      [{ file: 'good.cluster.yaml', line: 1 }],
    );
  });

  it('writes SARIF 2.1.0 whose results name rules that are there', async () => {
    await desk.write(
      'bad.yaml',
      goodFile.replace('1TB', '1000').replace('replicas: 2', 'replicas: 2, colour: red'),
    );
    const { code, stdout } = await desk.run('validate', '--format', 'sarif', 'bad.yaml');
    assert.equal(code, 1);
    const log = JSON.parse(stdout) as {
      version: string;
      runs: {
        tool: { driver: { name: string; rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string; locations: unknown[] }[];
      }[];
    };
    assert.equal(log.version, '2.1.0');
    const [{ tool, results }] = log.runs as [(typeof log.runs)[0]];
    assert.equal(tool.driver.name, 'Standby');
    assert(results.length >= 2);
    for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    assert.deepEqual(
      results.find(({ ruleId }) => ruleId === 'unknown-key')?.level,
      'warning',
      'the level is that of the severity',
    );
    assert.match(JSON.stringify(results[0]?.locations), /"uri":"bad\.yaml".*"startLine":3/);
  });

  it('exits 2 for what cannot be opened, names it on stderr, and still checks the others', async () => {
    await mkdir(join(desk.dir, 'folder'));
    await desk.write('bad.yaml', 'cluster: [');
    const { findings, stderr } = await findingsOf(2, 'missing.yaml', 'folder', 'bad.yaml');
    assert.match(stderr, /missing\.yaml .*no such file/);
    assert.match(stderr, /folder .*directory/);
    assert(findings.length > 0 && findings.every(({ file }) => file === 'bad.yaml'));
  });

  for (const [what, text] of [
    ['half-written', goodFile.slice(0, goodFile.indexOf('roles: [chunkserver') + 10)],
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0xff, 0xfe, 0x0a])],
    ['empty', ''],
    [
      'alias bomb',
      `a: &a [1,1]\n${'bcdefghijklmnop'
        .split('')
        .map((k, i) => `${k}: &${k} [${`*${'abcdefghijklmnop'[i]},`.repeat(9)}]`)
        .join('\n')}\n`,
    ],
  ] as const) {
    it(`says where a file that is ${what} cannot be read`, async () => {
      await desk.write('broken.yaml', text);
      const { findings } = await findingsOf(1, 'broken.yaml');
      assert(findings.some(({ severity }) => severity === 'error'));
      assert(findings.every(({ line, column, message }) => line >= 1 && column >= 1 && message.length > 10));
    });
  }

  it('writes no escape sequences to a pipe, not even those of a file', async () => {
    await desk.write('esc.yaml', `${goodFile}"\\e[31mred": 1\n`);
    const { stdout } = await desk.run('validate', 'esc.yaml', 'good.cluster.yaml');
    assert.match(stdout, /unknown-key/);
    assert(!stdout.includes('\u001b'));
  });

  it('ends quietly when its reader goes away', async () => {
    await desk.write(
      'many.yaml',
      goodFile + Array.from({ length: 5000 }, (_, i) => `surplus${i}: 1\n`).join(''),
    );
    const script = `"$0" "$1" validate many.yaml | head -n 1; echo "status \${PIPESTATUS[0]}"`;
    const stdout = await output('bash', ['-c', `exec 2>&1; ${script}`, process.execPath, cli], {
      timeoutMs: 60_000,
      cwd: desk.dir,
      env: desk.env,
    });
    assert.equal(stdout.trim().split('\n').length, 2, stdout);
    assert.doesNotMatch(stdout, /EPIPE|\n +at /);
  });

  it('does not load ssh2; status does', async () => {
    // ssh2 asks for its optional native part when it is loaded.
    await desk.write(
      'spy.cjs',
      `const M = require('module'), load = M._load; let seen = false;
       M._load = function (name, ...rest) { if (/cpu-features|sshcrypto/.test(name)) seen = true; return load.call(this, name, ...rest); };
       process.on('exit', () => process._rawDebug('ssh2 loaded: ' + seen));`,
    );
    await desk.write('config', 'UserKnownHostsFile none\nGlobalKnownHostsFile none\n');
    const options = ['--require', join(desk.dir, 'spy.cjs')];
    assert.match((await desk.node(options, ['validate', 'good.cluster.yaml'])).stderr, /ssh2 loaded: false/);
    const server = await FakeServer.start({ acceptsLogin: false });
    const { port } = server;
    try {
      await desk.write(
        'near.yaml',
        goodFile
          .replaceAll(/10\.0\.0\.(\d+)/g, '127.0.0.$1')
          .replaceAll('roles:', `ssh: { port: ${port} }, roles:`),
      );
      const status = await desk.node(options, [
        'status',
        'near.yaml',
        '--ssh-config',
        'config',
        '--timeout',
        '2s',
      ]);
      assert.match(status.stderr, /ssh2 loaded: true/);
    } finally {
      server.stop();
    }
  });
});
