// Installs the peer of the benchmark, yaml-language-server, into the git-ignored test/bench/.peer/, and drives it
// over LSP. It needs Node 22 or later; the Node of the test host is one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { installed as host } from '../host/install.mjs';

const folder = path.join(import.meta.dirname, '.peer');
const entry = path.join(folder, 'node_modules/yaml-language-server/bin/yaml-language-server');
const version = '2.0.0';

/** Installs the peer unless it is there in the pinned version. Throws when that fails. */
export async function installPeer() {
  const manifest = path.join(folder, 'node_modules/yaml-language-server/package.json');
  if (existsSync(manifest) && JSON.parse(await readFile(manifest, 'utf8')).version === version) return;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const spec = `yaml-language-server@${version}`;
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '-E', spec], {
    cwd: folder,
    timeout: 300_000,
  });
}

/** The Node that runs the peer; undefined when there is none that is new enough. */
export function peerNode() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  return existsSync(host.node) ? host.node : undefined;
}

/** A running language server. Times are CPU milliseconds of its process, so that a busy machine matters less. */
export class Peer {
  #process;
  #buffer = Buffer.alloc(0);
  #waiting = new Map();
  #nextId = 1;
  #onDiagnostics = () => undefined;

  constructor(node) {
    this.#process = spawn(node, [entry, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process.stdout.on('data', (data) => this.#read(data));
  }

  async start(schema) {
    await this.#request('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    this.#notify('initialized', {});
    const yaml = {
      validate: true,
      hover: true,
      completion: true,
      schemaStore: { enable: false },
      schemas: schema,
    };
    this.#settings = { yaml };
    this.#notify('workspace/didChangeConfiguration', { settings: this.#settings });
  }

  #settings = {};

  /** Opens a document and waits for its diagnostics. */
  async open(uri, text) {
    const answered = this.#diagnostics();
    this.#notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    await answered;
  }

  /** One edit: from the notification to the diagnostics, in CPU milliseconds of the server. */
  async edit(uri, version, change) {
    const before = await this.#cpu();
    const answered = this.#diagnostics();
    this.#notify('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [change],
    });
    await answered;
    return (await this.#cpu()) - before;
  }

  stop() {
    this.#process.kill();
  }

  /** The time that the process has computed (proc(5), fields 14 and 15 of stat, in hundredths of a second). */
  async #cpu() {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  #diagnostics() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('yaml-language-server said nothing for 120 s')),
        120_000,
      );
      this.#onDiagnostics = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  #request(method, params) {
    const id = this.#nextId++;
    this.#send({ jsonrpc: '2.0', id, method, params });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.#process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#process.stdin.write(body);
  }

  #read(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const head = this.#buffer.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, head).toString())?.[1]);
      if (this.#buffer.length < head + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(head + 4, head + 4 + length).toString());
      this.#buffer = this.#buffer.subarray(head + 4 + length);
      this.#take(message);
    }
  }

  #take({ id, method, result, params }) {
    if (method === undefined) {
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    } else if (method === 'textDocument/publishDiagnostics') this.#onDiagnostics(params);
    else if (method === 'workspace/configuration') {
      const answer = params.items.map(({ section }) => this.#settings[section] ?? null);
      this.#send({ jsonrpc: '2.0', id, result: answer });
    } else if (id !== undefined) this.#send({ jsonrpc: '2.0', id, result: null });
  }
}
