import type { Cluster } from '../../cluster/cluster';
import { defaultPasswordFile, ucarpCommand, type HookFiles } from './scripts/rejoin';
import { moosefsSection } from './section';

/** One generated file: where it belongs on every candidate, its text, and why it differs from the document's. */
export interface GeneratedFile {
  readonly name: string;
  readonly path: string;
  /** Permissions, octal. */
  readonly mode: string;
  readonly text: string;
  readonly differences: readonly Difference[];
}

/** What the document's script says, what this one says, and why. */
export interface Difference {
  readonly there: string;
  readonly here: string;
  readonly why: string;
}

/** The skew of every candidate: room below it for a promoted node, which gets 1. */
export const equalSkew = 50;

/** Where Debian's package of ucarp has its hooks; the document uses the same. */
export const hookFiles: HookFiles = { up: '/usr/share/ucarp/vip-up', down: '/usr/share/ucarp/vip-down' };

export const startFile = '/usr/share/ucarp/standby-start';

/** The three scripts for the candidates of a cluster. They move the address and start nothing (safety 10). */
export function ucarpScripts(cluster: Cluster): readonly GeneratedFile[] {
  return [
    {
      name: 'start',
      path: startFile,
      mode: '755',
      text: startText(cluster),
      differences: startDifferences(cluster),
    },
    { name: 'vip-up', path: hookFiles.up, mode: '755', text: upText, differences: upDifferences },
    { name: 'vip-down', path: hookFiles.down, mode: '755', text: downText, differences: downDifferences },
  ];
}

function startText(cluster: Cluster): string {
  return `#!/bin/sh
# Starts ucarp for the virtual address of the MooseFS master; the same file on every candidate.
# Call it at boot, as root, after the network is up. It starts nothing but ucarp: who becomes the master is decided by a
# plan (standby run … failover), which looks at the metadata and not only at the address.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
${ucarpCommand(cluster, equalSkew, hookFiles)}
`;
}

const upText = `#!/bin/sh
# ucarp calls it when this node gets the address: $1 interface, $2 address, $3 length of the prefix (ucarp -x).
# It moves the address and starts nothing.
ip addr add "$2/$3" dev "$1" 2>/dev/null
exit 0
`;

const downText = `#!/bin/sh
# ucarp calls it when this node gives the address up: $1 interface, $2 address, $3 length of the prefix (ucarp -x).
# It takes the address away and stops nothing.
ip addr del "$2/$3" dev "$1" 2>/dev/null
exit 0
`;

function startDifferences(cluster: Cluster): readonly Difference[] {
  const { passwordFile } = moosefsSection(cluster);
  return [
    {
      there: '-s eth0',
      here: '-s and the address of this node in the network of the virtual one',
      why: '-s takes the own address, not an interface (ucarp(8)); the route says which one it is. Interface and mask are compared with the cluster file, and nothing starts when they differ.',
    },
    {
      there: '-p secret',
      here: `-o ${passwordFile ?? defaultPasswordFile}`,
      why: 'A password on the command line is readable by every user of the node. The file must belong to root and be readable by root only; this script refuses otherwise. It has to be the same on all candidates, at most 20 characters.',
    },
    {
      there: 'no -k, so skew 0',
      here: `-k ${equalSkew}, the same on every candidate`,
      why: 'A promoted node is restarted at skew 1 so that it keeps the address when the old master comes back; nothing can win against skew 0. Without that, 61 of 146 acknowledged writes were lost when a partition healed.',
    },
    {
      there: 'no -n',
      here: '-n',
      why: 'Without it ucarp runs vip-down when it starts.',
    },
    {
      there: 'no -x',
      here: `-x ${moosefsSection(cluster).virtualIp?.prefix ?? ''}`,
      why: 'It hands the mask on to the hooks, which therefore need no change from one network to the next.',
    },
  ];
}

const upDifferences: readonly Difference[] = [
  {
    there: '/usr/share/ucarp/setup.sh &',
    here: 'nothing is started',
    why: 'setup.sh moves the metadata of a living master away, calls mfsmetarestore, which MooseFS 3 no longer has, and ends ucarp when that fails: run as written, three nodes held the address and no ucarp was alive. ucarp chooses by skew and address; the promotion has to choose by metadata, and belongs to the plan.',
  },
  {
    there: '"$2"/16',
    here: '"$2/$3"',
    why: 'The mask is that of the cluster file, not one written into the script.',
  },
];

const downDifferences: readonly Difference[] = [
  {
    there: 'ip addr add',
    here: 'ip addr del',
    why: 'It has to take the address away. With add, the old holder keeps it, and two nodes answer under one address.',
  },
  {
    there: '"$2"/16',
    here: '"$2/$3"',
    why: 'ip addr del wants the mask with which the address was added.',
  },
];

/** The generated scripts as one Markdown page: how to put them there, and each difference with its reason. */
export function ucarpReadme(cluster: Cluster): string {
  const { passwordFile } = moosefsSection(cluster);
  const parts = ucarpScripts(cluster).map(({ name, path, mode, text, differences }) =>
    [
      `## ${name}`,
      `\`${path}\`, mode ${mode}, owned by root, on every candidate:`,
      `\`\`\`sh\n${text}\`\`\``,
      '| in the document | here | why |\n| --- | --- | --- |\n' +
        differences
          .map(({ there, here, why }) => `| ${cell(there)} | ${cell(here)} | ${cell(why)} |`)
          .join('\n'),
    ].join('\n\n'),
  );
  return `${[
    `# ucarp scripts for ${cluster.name}`,
    'They move the virtual address and start nothing. Put the same three files on every candidate, replace the old ones, ' +
      `and take \`setup.sh\` away. ucarp's password goes into \`${passwordFile ?? defaultPasswordFile}\` by your own hand ` +
      '(root only, mode 600, the same on every candidate): it is in none of these files.',
    'A ucarp that runs already is not changed by new files. On the candidates that do not hold the address: end ucarp, see ' +
      'that the address is not there, run `start`. Let the holder come last, in a quiet moment, or with a planned switch.',
    ...parts,
  ].join('\n\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
