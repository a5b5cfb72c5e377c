// What the heartbeat benchmark measures of Standby; bundled by heartbeat.mjs as the product is.
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Cluster, Node } from '../../src/cluster/cluster';
import { systemClock } from '../../src/heartbeat/clock';
import { Monitor } from '../../src/heartbeat/monitor';
import { NodeWatch } from '../../src/heartbeat/node-watch';
import { openConnections } from '../../src/ssh/connections';
import { loadSsh2 } from '../../src/ssh/library';
import { moosefsProbes } from '../../src/systems/moosefs/probes';

/** Figures of one run; milliseconds, bytes and shares of one core. */
export interface Figures {
  readonly idleStall: number;
  readonly coldWall: number;
  readonly coldCpu: number;
  readonly coldStall: number;
  readonly beat: number;
  readonly beatCpu: number;
  readonly df: number;
  readonly dfCpu: number;
  readonly memory: number;
  /** Of the memory, what is in use: the rest V8 keeps for what may come. */
  readonly live: number;
  readonly steady: number;
  readonly steadyStall: number;
}

const disk = moosefsProbes.node.find(({ id }) => id === 'moosefs-disks');
const never = new AbortController().signal;
setMaxListeners(0, never);

function clusterOf(addresses: readonly string[]): Cluster {
  const nodes = addresses.map((address, index): Node => ({
    name: `cs${index + 1}`,
    address,
    roles: ['chunkserver'],
    ssh: { become: 'none' },
    disks: [{ path: '/', capacity: 1_000_000_000n, tier: 0 }],
  }));
  return {
    name: 'bench',
    system: 'moosefs',
    isProtected: false,
    readOnly: false,
    heartbeat: {
      interval: 5_000,
      inactiveAfter: 15_000,
      offlineAfter: 60_000,
      maintenanceOfflineAfter: 1_800_000,
      witnesses: 3,
    },
    nodes,
    section: {},
  };
}

/** Milliseconds that this thread spent on a core so far (Documentation/scheduler/sched-stats.rst). */
function computed(): number {
  const [onCore = 0] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ').map(Number);
  return onCore / 1e6;
}

/**
 * The longest time in which a timer of 5 ms had to wait because this thread computed, in milliseconds. What it waited
 * for other processes of a busy machine is left out, and what other threads of this one did, too.
 */
class Stalls {
  #longest = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#longest = 0;
    let last = performance.now();
    let spent = computed();
    this.#timer = setInterval(() => {
      const now = performance.now();
      const sofar = computed();
      this.#longest = Math.max(this.#longest, Math.min(now - last, sofar - spent));
      last = now;
      spent = sofar;
    }, 5);
  }

  /** Ends the looking, which costs something itself, and gives what was found. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#longest;
  }
}

async function timed(work: () => Promise<unknown>) {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - from, cpu: (user + system) / 1000 };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

async function memoryUse() {
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc?.();
    await pause(50);
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, live: heapUsed + arrayBuffers };
}

/** A cold round, warm ones with and without df, and some seconds of watching. */
export async function measure(
  addresses: readonly string[],
  configFile: string,
  seconds: number,
): Promise<Figures> {
  if (!disk) throw new Error('MooseFS has no probe for disks.');
  await loadSsh2();
  const cluster = clusterOf(addresses);
  const before = await memoryUse();
  const stalls = new Stalls();
  stalls.start();
  await pause(1_000);
  const idleStall = stalls.stop();

  const connections = openConnections(cluster, { configFile });
  const watches = cluster.nodes.map(
    (node) => new NodeWatch(cluster, node, connections.to(node.name), systemClock),
  );
  const beat = async (watch: NodeWatch) => {
    if (!(await watch.beat({ timeoutMs: 120_000, signal: never }, 5_000)))
      throw new Error(watch.failure?.message);
  };
  const df = async (watch: NodeWatch) => {
    if (!(await watch.probe(disk, { timeoutMs: 120_000, signal: never, isStanding: true })))
      throw new Error(watch.stale()[0]?.message);
  };
  const round = (ask: (watch: NodeWatch) => Promise<void>) => timed(() => Promise.all(watches.map(ask)));
  const rounds = async (count: number, ask: (watch: NodeWatch) => Promise<void>) => {
    const all: { readonly wall: number; readonly cpu: number }[] = [];
    for (let n = 0; n < count; n++) all.push(await round(ask));
    return { wall: median(all.map(({ wall }) => wall)), cpu: median(all.map(({ cpu }) => cpu)) };
  };
  const both = async (watch: NodeWatch) => void (await Promise.all([beat(watch), df(watch)]));

  stalls.start();
  const cold = await round(async (watch) => {
    await beat(watch);
    await df(watch);
  });
  const coldStall = stalls.stop();
  await rounds(2, both);
  const warm = await rounds(9, beat);
  const warmDf = await rounds(3, both);
  for (const watch of watches) watch.close();

  const monitor = new Monitor({ cluster, probes: moosefsProbes, connections, clock: systemClock });
  monitor.start();
  const active = () => monitor.state.nodes.filter(({ liveness }) => liveness === 'active').length;
  for (let waited = 0; waited < 120 && active() < cluster.nodes.length; waited++) await pause(500);
  await pause(12_000);
  const steady = await timed(() => pause(seconds * 1_000));
  stalls.start();
  await pause(seconds * 1_000);
  const steadyStall = stalls.stop();
  if (active() < cluster.nodes.length) process.stderr.write(`Only ${active()} nodes are active.\n`);
  const after = await memoryUse();
  monitor.stop();
  await monitor.settled();
  connections.dispose();
  return {
    idleStall,
    coldWall: cold.wall,
    coldCpu: cold.cpu,
    coldStall,
    beat: warm.wall,
    beatCpu: warm.cpu,
    df: warmDf.wall,
    dfCpu: warmDf.cpu,
    memory: after.rss - before.rss,
    live: after.live - before.live,
    steady: steady.cpu / steady.wall,
    steadyStall,
  };
}

/** A round of keepalive pings (what ssh2 itself asks) over plain connections: wall and CPU milliseconds. */
export async function ping(
  addresses: readonly string[],
  privateKey: string,
): Promise<{ readonly wall: number; readonly cpu: number }> {
  const { Client } = await loadSsh2();
  interface Pinging {
    readonly _protocol: { ping(): void };
    readonly _callbacks: (() => void)[];
  }
  const clients: InstanceType<typeof Client>[] = [];
  const waiting = [...addresses];
  const connect = async () => {
    for (let host = waiting.pop(); host !== undefined; host = waiting.pop()) {
      const client = new Client();
      await new Promise((resolve, reject) => {
        client.once('ready', () => resolve(undefined)).once('error', reject);
        client.connect({ host, username: 'root', privateKey, readyTimeout: 60_000 });
      });
      client.setNoDelay(true);
      clients.push(client);
    }
  };
  await Promise.all(Array.from({ length: 8 }, connect));
  const rounds: { readonly wall: number; readonly cpu: number }[] = [];
  for (let n = 0; n < 12; n++) {
    const round = await timed(() =>
      Promise.all(
        clients.map(
          (client) =>
            new Promise<void>((resolve) => {
              const { _callbacks, _protocol } = client as unknown as Pinging;
              _callbacks.push(resolve);
              _protocol.ping();
            }),
        ),
      ),
    );
    rounds.push(round);
  }
  for (const client of clients) client.destroy();
  const warm = rounds.slice(3);
  return { wall: median(warm.map(({ wall }) => wall)), cpu: median(warm.map(({ cpu }) => cpu)) };
}

/** Milliseconds after its deadline at which a node is shown silent that stops answering at the time of the call. */
export async function silence(address: string, configFile: string, freeze: () => void): Promise<number> {
  const cluster = clusterOf([address]);
  const connections = openConnections(cluster, { configFile });
  const monitor = new Monitor({ cluster, probes: moosefsProbes, connections, clock: systemClock });
  const reached = (liveness: string) =>
    new Promise<void>((resolve) => {
      const stop = monitor.onState((state) => {
        if (state.nodes[0]?.liveness !== liveness) return;
        stop();
        resolve();
      });
    });
  const active = reached('active');
  monitor.start();
  await active;
  await pause(7_000);
  const heard = monitor.state.nodes[0]?.lastHeartbeat ?? NaN;
  const silent = reached('inactive');
  freeze();
  await silent;
  const late = Date.now() - heard - cluster.heartbeat.inactiveAfter;
  monitor.stop();
  await monitor.settled();
  connections.dispose();
  return late;
}
