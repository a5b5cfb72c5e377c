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
 * The console command of a node, for the cluster file: quoted words that read a small file of the demo's. It stands
 * for what an IPMI tool says, and works where the demo's own process is not reachable.
 */
export function consoleLine(dir: string, node: string, platform: string = process.platform): string {
  const word = (text: string) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  return `${platform === 'win32' ? 'cmd /d /c type' : 'cat'} ${word(join(dir, 'power', node))}`;
}

/** Writes the workspace: cluster files, ssh_config with its key and known_hosts, settings, what the consoles say. */
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
  await mkdir(join(dir, 'power'), { recursive: true });
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
  await writePower(dir, simulators, new Map());
  // Last: whoever waits for a cluster file finds everything that it needs, the other cluster files among them.
  for (const simulator of simulators.toReversed()) await writeClusterFile(dir, simulator, place);
}

/** Writes the cluster file of one simulated cluster; `place` is of all nodes. */
export async function writeClusterFile(dir: string, simulator: Simulator, place: DemoPlace): Promise<void> {
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

/** Lets the consoles say which nodes have power, of those that it has changed for since `said`. */
export async function writePower(
  dir: string,
  simulators: readonly Simulator[],
  said: Map<string, boolean>,
): Promise<void> {
  for (const simulator of simulators)
    for (const node of simulator.nodeNames) {
      const hasPower = simulator.hasPower(node);
      if (said.get(node) === hasPower) continue;
      await replaceFile(join(dir, 'power', node), `Chassis Power is ${hasPower ? 'on' : 'off'}\n`);
      said.set(node, hasPower);
    }
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
