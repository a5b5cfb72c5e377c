#!/usr/bin/env node
// npm run bench:heartbeat [-- 100 300 1000]: what watching N nodes costs, as ratios of one run against the peers.
// Only ratios mean anything, because machines differ; and none under 1.3 times does on a busy one.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { bundle } from '../../scripts/build.mjs';
import { Farm, inOwnNetwork } from './heartbeat-farm.mjs';
import { controlMaster, pdsh, plainDf } from './heartbeat-peers.mjs';

const status = inOwnNetwork(import.meta.filename);
if (status !== undefined) process.exit(status);

const say = (line) => process.stdout.write(`${line}\n`);
const row = (what, value, goal) => say(`  ${what.padEnd(58)} ${value.padStart(9)}   goal ${goal}`);
const ms = (value) => `${value >= 100 ? Math.round(value) : value.toFixed(1)} ms`;
const ratio = (a, b) => (b === undefined ? 'skipped' : (a / b).toFixed(2));

const counts = process.argv.slice(2).map(Number);
const folder = await mkdtemp(path.join(tmpdir(), 'standby-bench-'));
try {
  const ours = path.join(folder, 'ours.js');
  await bundle('test/bench/heartbeat-ours.ts', ours);
  for (const count of counts.length > 0 ? counts : [100, 300, 1000]) {
    const farm = new Farm(await mkdtemp(path.join(folder, 'farm-')), count);
    await farm.start();
    try {
      await compare(farm, ours, count);
    } finally {
      await farm.stop();
    }
  }
} finally {
  await rm(folder, { recursive: true });
}

async function compare(farm, ours, count) {
  const seconds = 20;
  const their = {
    pdsh: await pdsh(farm),
    ping: await run(ours, 'ping', [farm.addresses, await readFile(farm.key, 'utf8')]),
    // 1.3 MB a master and a process each: at a thousand nodes it would measure the memory of this machine.
    master: count <= 300 ? await controlMaster(farm) : undefined,
  };
  const floor = await plainDf(farm);
  const our = await run(ours, 'measure', [farm.addresses, farm.config, seconds]);
  const late = await silence(farm, ours);

  const peer = (what, value) => (value === undefined ? `${what}: skipped` : `${what} ${value}`);
  const [load] = loadavg();
  const busy = load > availableParallelism() ? '; too busy for figures that are no ratios' : '';
  say(`${count} nodes; load of the machine ${load.toFixed(1)} on ${availableParallelism()} cores${busy}`);
  say(
    `  cold ${ms(our.coldWall)}, ${ms(our.coldCpu)} CPU; ${peer('pdsh', their.pdsh && `${ms(their.pdsh.wall)}, ${ms(their.pdsh.cpu)} CPU`)}`,
  );
  say(
    `  warm ${ms(our.beat)} (${ms(our.beatCpu)} CPU), with df ${ms(our.df)} (${ms(our.dfCpu)} CPU); ${peer('ControlMaster', their.master && ms(their.master))}; ping ${ms(their.ping.wall)} (${ms(their.ping.cpu)} CPU)`,
  );
  row('warm round with df, wall, against ControlMaster + xargs', ratio(our.df, their.master), '≤ 0.12');
  row('  of that, df alone without any SSH', ratio(floor, their.master), '–');
  row('warm round without df, wall, against the keepalive ping', ratio(our.beat, their.ping.wall), '≤ 2.5');
  row('cold round, client CPU, against pdsh', ratio(our.coldCpu, their.pdsh?.cpu), '≤ 0.40');
  row('cold round, wall, against pdsh', ratio(our.coldWall, their.pdsh?.wall), '≤ 1.1');
  row('longest stall in a cold round, over idle', ms(our.coldStall - our.idleStall), '≤ 20 ms (300)');
  row('memory above idle', `${(our.memory / 1e6).toFixed(0)} MB`, '≤ 70 MB (1,000)');
  row('  of that, in use', `${(our.live / 1e6).toFixed(0)} MB`, '–');
  row('every 5 s: client CPU of one core', `${(our.steady * 100).toFixed(1)} %`, '≤ 8 % (1,000)');
  row('  5 s of it against a round of pings, CPU', ratio(our.steady * 5_000, their.ping.cpu), '–');
  row('every 5 s: longest stall, over idle', ms(our.steadyStall - our.idleStall), '–');
  row('a frozen node seen as silent after its deadline', `${(late / 1000).toFixed(1)} s`, '≤ 5 s');
}

/** Freezes the server with its sessions, else a new connection would answer at once, and lets it go on afterwards. */
async function silence(farm, ours) {
  let frozen = [];
  try {
    return await run(ours, 'silence', [farm.addresses[0], farm.config], () => {
      frozen = [farm.child.pid, ...farm.sessions()];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    });
  } finally {
    for (const pid of frozen)
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // It has ended.
      }
  }
}

/** Runs one function of the bundle in a process of its own, so that its memory and CPU are its own. */
function run(bundled, name, args, onFreeze) {
  const call = `
    const { ${name} } = require(${JSON.stringify(bundled)});
    process.on('message', (args) =>
      ${name}(...args, () => process.send('freeze')).then((value) => { process.send({ value }); process.disconnect(); }));`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', '-e', call], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message) => (message === 'freeze' ? onFreeze() : resolve(message.value)));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}.`)));
    child.send(args);
  });
}
