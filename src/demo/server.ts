import { resolve } from 'node:path';
import { loadSsh2 } from '../ssh/library';
import { DemoHost, type Surroundings } from './host';
import { makeKey } from './keys';
import type { DemoPlace, Simulator } from './simulator';
import { consoleLine, sshConfigOf, writeClusterFile, writePower, writeWorkspace } from './workspace';

export interface DemoOptions {
  /** Where the workspace is written; an earlier demo's files there are replaced. */
  readonly dir: string;
  /** Real milliseconds between two steps of simulated time; 0: only the caller lets it pass. */
  readonly tickMs?: number;
}

/** A running demo. Dispose it, or its servers keep listening. */
export interface Demo {
  readonly simulators: readonly Simulator[];
  /** The place of all their nodes. */
  readonly place: DemoPlace;
  /** The workspace folder, absolute. */
  readonly dir: string;
  readonly sshConfig: string;
  /** Switches a node off, as if its cable were pulled, or on again. Resolves when its console says so, too. */
  setPower(node: string, on: boolean): Promise<void>;
  /** Takes a node with power from the network: nobody reaches it, and its console still says on. */
  cutNetwork(node: string): Promise<void>;
  /** Gives a node power and network, and mends what is broken of it. */
  heal(node: string): Promise<void>;
  /** How much faster than the world's the time of a cluster runs from now on; its file says so once this resolves. */
  setTimeFactor(simulator: Simulator, factor: number): Promise<void>;
  /** Lets so much of the clusters' own time pass at once; milliseconds. */
  pass(ms: number): void;
  dispose(): Promise<void>;
}

const tickMs = 250;
const longestStepMs = 10_000;
/** Time that passes at once does so in steps: what waits for it is not passed over. */
const passStepMs = 10_000;

/**
 * Starts one real SSH server per simulated node on 127.0.0.1 and writes the workspace that names them. Node names
 * and file names are unique over all simulators; a name that comes twice is an error.
 */
export async function startDemo(simulators: readonly Simulator[], options: DemoOptions): Promise<Demo> {
  const ssh2 = await loadSsh2();
  const dir = resolve(options.dir);
  const login = makeKey(ssh2);

  const owners = ownersOf(simulators);
  const isUp = (node: string) => owners.get(node)?.isUp(node) ?? false;
  const hosts = new Map<string, DemoHost>();
  const hostKeys = new Map<string, string>();
  let writing: Promise<void> = Promise.resolve();
  let known = '';
  const told = new Map<string, boolean>();
  const changed = () => {
    const now = [...owners].map(([node, owner]) => `${owner.hasPower(node)} ${isUp(node)}`).join();
    if (now === known) return;
    known = now;
    for (const [node, host] of hosts) host.setUp(isUp(node));
    writing = writing.then(() => writePower(dir, simulators, told)).catch(() => undefined);
  };
  const settled = () => {
    changed();
    return writing;
  };
  const around: Surroundings = {
    ssh2,
    isUp,
    run: (node, script, say) =>
      owners.get(node)?.run(node, script, say) ??
      Promise.reject(new RangeError(`No simulated cluster has a node ${node}.`)),
    loginKey: login.parsed,
    nodeAt: (port) => [...hosts].find(([, host]) => host.port === port)?.[0],
    changed,
  };
  const dispose = async () => {
    clearInterval(timer);
    await Promise.all([...hosts.values()].map((host) => host.dispose()));
    await writing;
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    for (const node of owners.keys()) {
      const key = makeKey(ssh2);
      hostKeys.set(node, key.publicText);
      hosts.set(node, await DemoHost.start(node, key.privateText, around));
    }
    const place: DemoPlace = {
      ports: new Map([...hosts].map(([node, host]) => [node, host.port])),
      consoles: new Map([...owners.keys()].map((node) => [node, consoleLine(dir, node)])),
    };
    await writeWorkspace({ dir, simulators, place, hostKeys, loginKey: login.privateText });
    changed();
    const every = options.tickMs ?? tickMs;
    let last = performance.now();
    if (every > 0)
      timer = setInterval(() => {
        const now = performance.now();
        // a laptop that slept for hours does not owe the simulation those hours
        const passed = Math.min(now - last, longestStepMs);
        for (const simulator of simulators) simulator.advance(passed * (simulator.timeFactor ?? 1));
        last = now;
        changed();
      }, every);
    return {
      simulators,
      place,
      dir,
      sshConfig: sshConfigOf(dir),
      async setPower(node, on) {
        const owner = owners.get(node);
        if (on) owner?.powerOn(node);
        else owner?.powerOff(node);
        await settled();
      },
      async cutNetwork(node) {
        owners.get(node)?.setNetwork(node, false);
        await settled();
      },
      async heal(node) {
        const owner = owners.get(node);
        owner?.setNetwork(node, true);
        owner?.powerOn(node);
        owner?.heal(node);
        await settled();
      },
      async setTimeFactor(simulator, factor) {
        simulator.setTimeFactor?.(factor);
        await writeClusterFile(dir, simulator, place);
      },
      pass(ms) {
        for (let left = ms; left > 0; left -= passStepMs)
          for (const simulator of simulators) simulator.advance(Math.min(left, passStepMs));
        changed();
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function ownersOf(simulators: readonly Simulator[]): ReadonlyMap<string, Simulator> {
  const owners = new Map<string, Simulator>();
  for (const simulator of simulators)
    for (const node of simulator.nodeNames) {
      if (owners.has(node)) throw new RangeError(`Two simulated clusters have a node ${node}.`);
      owners.set(node, simulator);
    }
  return owners;
}
