#!/usr/bin/env node
// npm run bench:rules: how fast cluster files are checked, as ratios of one run. Only ratios mean anything, because
// machines differ; and none under 1.3 times does on a busy one.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { bundle, build } from '../../scripts/build.mjs';
import { installPeer, Peer, peerNode } from './peer.mjs';

const root = path.join(import.meta.dirname, '../..');
const say = (line) => process.stdout.write(`${line}\n`);
const row = (what, value, goal) => say(`${what.padEnd(62)} ${value.padStart(10)}   goal ${goal}`);
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const folder = await mkdtemp(path.join(tmpdir(), 'standby-bench-'));
try {
  await build({ production: true });
  const mine = path.join(folder, 'ours.js');
  await bundle('test/bench/ours.ts', mine);
  // The library as it is published, not as our build bundles it.
  const plain = path.join(folder, 'plain.cjs');
  const yaml = JSON.stringify(createRequire(import.meta.url).resolve('yaml'));
  await writeFile(
    plain,
    `require(${yaml}).parseDocument(require('node:fs').readFileSync(process.argv[2], 'utf8'));\n`,
  );

  const { clusterText } = createRequire(import.meta.url)(mine);
  const file = path.join(folder, 'large.cluster.yaml');
  await writeFile(file, clusterText(10_000));

  validation(plain, file);
  opening(mine);
  await editing(mine, clusterText);
} finally {
  await rm(folder, { recursive: true });
}

/** Whole processes, start-up and output included; turn by turn, so that both see the same machine. */
function validation(plain, file) {
  const cli = path.join(root, 'dist/cli.js');
  const ours = [];
  const theirs = [];
  for (let turn = 0; turn < 5; turn++) {
    ours.push(cpuOf([cli, 'validate', file]));
    theirs.push(cpuOf([plain, file]));
  }
  const best = (numbers) => Math.min(...numbers);
  say(`validate: ${best(ours)} ms, parseDocument: ${best(theirs)} ms (CPU of the whole process, best of 5)`);
  row(
    'validate of 10,000 nodes, against yaml parseDocument',
    (best(ours) / best(theirs)).toFixed(2),
    '≤ 1.5',
  );
}

/** CPU milliseconds of one run of Node with these arguments. */
function cpuOf(args) {
  const script = `
    const { spawnSync } = require('node:child_process');
    spawnSync(process.execPath, ${JSON.stringify(args)}, { stdio: 'ignore' });
    const { readFileSync } = require('node:fs');
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    process.stdout.write(String((Number(fields[13]) + Number(fields[14])) * 10));`;
  return Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout);
}

function opening(mine) {
  const worker = path.join(root, 'dist/check-worker.js');
  const call = `require(${JSON.stringify(mine)}).open(10000, ${JSON.stringify(worker)}).then((r) => console.log(JSON.stringify(r)))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', call], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const { stallMs, bytes } = JSON.parse(stdout);
  row('opening 10,000 nodes: longest stall of the main thread', `${Math.round(stallMs)} ms`, '≤ 50 ms');
  row('opening 10,000 nodes: memory that stays', `${Math.round(bytes / 1e6)} MB`, '≤ 120 MB');
}

async function editing(mine, clusterText) {
  const ours = (nodes, isNewLine) => {
    const call = `console.log(require(${JSON.stringify(mine)}).edits(${nodes}, ${isNewLine}))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', call], { encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return Number(stdout);
  };
  const node = peerNode();
  if (!node)
    say('No Node 22 or later for yaml-language-server (node test/host/install.mjs brings one): no ratio.');
  else await installPeer();
  for (const nodes of [1000, 10_000]) {
    const inLine = ours(nodes, false);
    const newLine = ours(nodes, true);
    const theirs = node && (await peerEdit(node, clusterText(nodes)));
    say(
      `${nodes} nodes, one edit: ${inLine.toFixed(1)} ms in a line, ${newLine.toFixed(1)} ms with a new line${theirs ? `; yaml-language-server ${Math.round(theirs)} ms` : ''} (CPU)`,
    );
    if (!theirs) continue;
    row(
      `one edit in a line of ${nodes} nodes, against yaml-language-server`,
      (inLine / theirs).toFixed(4),
      '≤ 0.005',
    );
    row(
      `one more line in ${nodes} nodes, against yaml-language-server`,
      (newLine / theirs).toFixed(4),
      '≤ 0.005',
    );
  }
}

/** The mean of three edits, after one that warms the server up; with our schema, as its users would have it. */
async function peerEdit(node, text) {
  const peer = new Peer(node);
  try {
    const uri = pathToFileURL(path.join(folder, 'large.cluster.yaml')).href;
    const schema = pathToFileURL(path.join(root, 'schemas/cluster.schema.json')).href;
    await peer.start({ [schema]: '*.cluster.yaml' });
    await peer.open(uri, text);
    const line = text.slice(0, text.indexOf('- name: cs500\n')).split('\n').length;
    const times = [];
    for (let version = 2; version <= 5; version++) {
      const range = { start: { line, character: 13 }, end: { line, character: 14 } };
      times.push(await peer.edit(uri, version, { range, text: String(version) }));
    }
    return mean(times.slice(1));
  } finally {
    peer.stop();
  }
}
