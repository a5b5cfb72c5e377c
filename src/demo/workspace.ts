import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoPlace, Simulator } from './simulator';

/** What a workspace of the demo is made of. */
export interface WorkspaceParts {
  readonly dir: string;
  readonly simulators: readonly Simulator[];
  /** Of all nodes. */
  readonly place: DemoPlace;
  /** Public host keys by node name, `TYPE BASE64`. */
  readonly hostKeys: ReadonlyMap<string, string>;
  /** The private key of the login, in OpenSSH's format. */
  readonly loginKey: string;
}

/** More nodes than this have no names in the workspace's ssh_config. */
export const mostNamedHosts = 100;

/** Where the workspace keeps its ssh_config. */
export const sshConfigOf = (dir: string): string => join(dir, 'ssh', 'config');

/**
 * The console command of a node, for the cluster file: quoted words that run this Node on a small script.
 * It stands for what an IPMI tool says, and works where the demo's own process is not reachable.
 */
export function consoleLine(dir: string, node: string, nodeProgram: string = process.execPath): string {
  const word = (text: string) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  return `${word(nodeProgram)} ${word(join(dir, 'power.cjs'))} ${node}`;
}

/** Writes the workspace: cluster files, ssh_config with its key and known_hosts, settings, console script. */
export async function writeWorkspace({
  dir,
  simulators,
  place,
  hostKeys,
  loginKey,
}: WorkspaceParts): Promise<void> {
  const ssh = join(dir, 'ssh');
  await mkdir(join(dir, '.vscode'), { recursive: true });
  await mkdir(ssh, { recursive: true, mode: 0o700 });
  const knownHosts = [...place.ports].map(
    ([node, port]) => `[127.0.0.1]:${port} ${hostKeys.get(node) ?? ''}\n`,
  );
  await writeFile(join(ssh, 'known_hosts'), knownHosts.join(''));
  await replaceFile(join(ssh, 'id_ed25519'), loginKey, 0o600);
  await writeFile(sshConfigOf(dir), sshConfig(ssh, place));
  await writeFile(
    join(dir, '.vscode', 'settings.json'),
    `${JSON.stringify({ 'standby.ssh.configFile': sshConfigOf(dir) }, undefined, 2)}\n`,
  );
  await writeFile(join(dir, 'power.cjs'), powerScript);
  await writePower(dir, simulators);
  // Last: whoever waits for a cluster file finds everything that it needs, the other cluster files among them.
  for (const simulator of simulators.toReversed())
    await replaceFile(join(dir, simulator.fileName), simulator.clusterFile(placeOf(simulator, place)));
}

/** The part of a place that is one cluster's. */
function placeOf({ nodeNames }: Simulator, { ports, consoles }: DemoPlace): DemoPlace {
  const own = new Set(nodeNames);
  return {
    ports: new Map([...ports].filter(([node]) => own.has(node))),
    consoles: new Map([...consoles].filter(([node]) => own.has(node))),
  };
}

/** Tells the console script which nodes have power. */
export async function writePower(dir: string, simulators: readonly Simulator[]): Promise<void> {
  const power = Object.fromEntries(
    simulators.flatMap((simulator) =>
      simulator.nodeNames.map((node) => [node, simulator.isUp(node) ? 'on' : 'off']),
    ),
  );
  await replaceFile(join(dir, 'power.json'), `${JSON.stringify(power, undefined, 2)}\n`);
}

/** Replaced in one go: whoever reads it meanwhile never finds half a file. */
async function replaceFile(file: string, text: string, mode = 0o644): Promise<void> {
  await writeFile(`${file}.new`, text, { mode });
  await rename(`${file}.new`, file);
}

function sshConfig(folder: string, place: DemoPlace): string {
  const word = (file: string) => (/\s/.test(file) ? `"${file}"` : file);
  const common = [
    '  User root',
    `  IdentityFile ${word(join(folder, 'id_ed25519'))}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${word(join(folder, 'known_hosts'))}`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
  ];
  // Names for a person's own `ssh`; the cluster file has address and port. Thousands of lines would be read for nothing.
  const named = place.ports.size > mostNamedHosts ? [] : [...place.ports];
  const nodes = named.flatMap(([node, port]) => [`Host ${node}`, '  HostName 127.0.0.1', `  Port ${port}`]);
  return [...nodes, 'Host *', ...common, ''].join('\n');
}

/** CommonJS, so that it runs wherever Node runs, without the extension. */
const powerScript = `'use strict';
// Stands for an IPMI tool: says whether a simulated node has power.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const node = process.argv[2];
const power = JSON.parse(readFileSync(join(__dirname, 'power.json'), 'utf8'));
if (!Object.hasOwn(power, node)) {
  console.error('There is no node ' + node + '.');
  process.exit(1);
}
console.log('Chassis Power is ' + power[node]);
`;
