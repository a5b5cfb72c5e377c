// The peers of the heartbeat benchmark, each asking uptime, load and df of every node.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

const question = 'cat /proc/uptime /proc/loadavg; df -P -B1 /';

/** Runs a shell command to its end; wall and CPU milliseconds of all it started. */
async function timed(command) {
  const child = spawn('bash', ['-c', `TIMEFORMAT='timed %R %U %S'; time { ${command}; } >/dev/null`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (piece) => (text += piece));
  await new Promise((resolve) => child.once('close', resolve));
  const [, real, user, system] = /timed ([\d.]+) ([\d.]+) ([\d.]+)/.exec(text) ?? [];
  if (real === undefined || /denied|closed by|refused/i.test(text)) throw new Error(text.slice(0, 500));
  return { wall: Number(real) * 1000, cpu: (Number(user) + Number(system)) * 1000 };
}

const best = (runs) => runs.toSorted((a, b) => a.wall - b.wall)[0];

/** A cold round of pdsh; undefined where it is not installed. */
export async function pdsh(farm) {
  if (spawnSync('pdsh', ['-V'], { stdio: 'ignore' }).error) return undefined;
  const hosts = path.join(farm.folder, 'hosts');
  writeFileSync(hosts, `${farm.addresses.join('\n')}\n`);
  const round = () =>
    timed(`PDSH_SSH_ARGS_APPEND='-F ${farm.config}' pdsh -R ssh -N -f 32 -w ^${hosts} '${question}'`);
  return best([await round(), await round()]);
}

/** A warm round over ControlMaster connections, 32 at a time; wall milliseconds. */
export async function controlMaster(farm) {
  const sockets = path.join(farm.folder, 'cm');
  mkdirSync(sockets);
  const hosts = path.join(farm.folder, 'masters');
  writeFileSync(hosts, `${farm.addresses.join('\n')}\n`);
  const ssh = `ssh -F ${farm.config} -S ${sockets}/{}`;
  await timed(`xargs -a ${hosts} -P 8 -I{} ${ssh} -M -N -f -o ControlPersist=yes {}`);
  try {
    const round = () => timed(`xargs -a ${hosts} -P 32 -I{} ${ssh} {} '${question}'`);
    await round();
    const runs = [];
    for (let n = 0; n < 3; n++) runs.push(await round());
    return best(runs).wall;
  } finally {
    await timed(`xargs -a ${hosts} -P 8 -I{} ${ssh} -O exit {} 2>&1`).catch(() => {});
  }
}

/** Wall milliseconds of as many df as there are nodes, started here without any SSH: watching cannot cost much less. */
export async function plainDf(farm) {
  const round = () =>
    timed(`seq ${farm.addresses.length} | xargs -P ${availableParallelism()} -I{} df -P -B1 /`);
  return best([await round(), await round(), await round()]).wall;
}
