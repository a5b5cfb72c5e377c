import { resolve } from 'node:path';
import { loadSsh2 } from '../ssh/library';
import { DemoHost, type Surroundings } from './host';
import { makeKey } from './keys';
import type { DemoPlace, Simulator } from './simulator';
import { consoleLine, sshConfigOf, writePower, writeWorkspace } from './workspace';

export interface DemoOptions {
  /** Where the workspace is written; an earlier demo's files there are replaced. */
  readonly dir: string;
  /** Real milliseconds between two steps of simulated time; 0: only the caller lets it pass. */
  readonly tickMs?: number;
}

/** A running demo. Dispose it, or its servers keep listening. */
export interface Demo {
  readonly simulator: Simulator;
  readonly place: DemoPlace;
  /** The workspace folder, absolute. */
  readonly dir: string;
  readonly sshConfig: string;
  /** Switches a node off, as if its cable were pulled, or on again. Resolves when its console says so, too. */
  setPower(node: string, on: boolean): Promise<void>;
  dispose(): Promise<void>;
}

const tickMs = 250;
const longestStepMs = 10_000;

/** Starts one real SSH server per simulated node on 127.0.0.1 and writes the workspace that names them. */
export async function startDemo(simulator: Simulator, options: DemoOptions): Promise<Demo> {
  const ssh2 = await loadSsh2();
  const dir = resolve(options.dir);
  const login = makeKey(ssh2);

  const hosts = new Map<string, DemoHost>();
  const hostKeys = new Map<string, string>();
  let writing: Promise<void> = Promise.resolve();
  let known = '';
  const changed = () => {
    const now = simulator.nodeNames.filter((node) => simulator.isUp(node)).join(' ');
    if (now === known) return;
    known = now;
    for (const [node, host] of hosts) host.setUp(simulator.isUp(node));
    writing = writing.then(() => writePower(dir, simulator)).catch(() => undefined);
  };
  const around: Surroundings = {
    ssh2,
    simulator,
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
    for (const node of simulator.nodeNames) {
      const key = makeKey(ssh2);
      hostKeys.set(node, key.publicText);
      hosts.set(node, await DemoHost.start(node, key.privateText, around));
    }
    const place: DemoPlace = {
      ports: new Map([...hosts].map(([node, host]) => [node, host.port])),
      consoles: new Map(simulator.nodeNames.map((node) => [node, consoleLine(dir, node)])),
    };
    await writeWorkspace({ dir, simulator, place, hostKeys, loginKey: login.privateText });
    changed();
    const every = options.tickMs ?? tickMs;
    let last = performance.now();
    if (every > 0)
      timer = setInterval(() => {
        const now = performance.now();
        // a laptop that slept for hours does not owe the simulation those hours
        simulator.advance(Math.min(now - last, longestStepMs) * (simulator.timeFactor ?? 1));
        last = now;
        changed();
      }, every);
    return {
      simulator,
      place,
      dir,
      sshConfig: sshConfigOf(dir),
      async setPower(node, on) {
        if (on) simulator.powerOn(node);
        else simulator.powerOff(node);
        changed();
        await writing;
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
