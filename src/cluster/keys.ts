import type { KeySpec, MapSpec, SystemSpec, ValueSpec } from './spec';

/** Keys of `ssh`, for the cluster and for a node. */
export const sshKeys: Readonly<Record<string, KeySpec>> = {
  user: {
    value: { type: 'pattern', pattern: /^[^\s-]\S*$/, expected: 'a user name' },
    doc: 'The user to log in as.',
  },
  port: {
    value: { type: 'integer', min: 1, max: 65535 },
    doc: 'The TCP port of the SSH server.',
    defaultText: '22',
  },
  identityFile: { value: { type: 'text' }, doc: 'The private key to log in with.' },
  proxyJump: {
    value: {
      type: 'pattern',
      pattern: /^[^\s-]\S*$/,
      expected: 'a jump host: [user@]host[:port], several with commas',
    },
    doc: 'The host or hosts to go through, as in ssh_config.',
  },
  become: {
    value: { type: 'choice', values: ['none', 'sudo'] },
    doc: 'How commands get their rights: none, or through sudo -n.',
    defaultText: 'none',
  },
};

const heartbeatKeys: Readonly<Record<string, KeySpec>> = {
  interval: { value: { type: 'duration' }, doc: 'How often each node is asked for a heartbeat.' },
  inactiveAfter: {
    value: { type: 'duration' },
    doc: 'A node without a heartbeat for this long is inactive.',
  },
  offlineAfter: { value: { type: 'duration' }, doc: 'A node without a heartbeat for this long is offline.' },
  maintenanceOfflineAfter: {
    value: { type: 'duration' },
    doc: 'The same for a node in maintenance.',
  },
  witnesses: {
    value: { type: 'integer', min: 0, max: 3 },
    doc: 'How many other nodes are asked about a silent one; 0 turns witnesses off.',
    defaultText: '3',
  },
};

const diskKeys: Readonly<Record<string, KeySpec>> = {
  path: {
    value: { type: 'text' },
    doc: 'The device or folder, as the node knows it.',
    example: '/dev/sdb',
    required: true,
  },
  capacity: { value: { type: 'size' }, doc: 'The size of the disk.', example: '10TB', required: true },
  used: { value: { type: 'size' }, doc: 'How much of it holds data.' },
  free: { value: { type: 'size' }, doc: 'How much of it is free; instead of used.' },
  tier: {
    value: { type: 'integer', min: 0, max: 3 },
    doc: 'Data of one tier stays on the disks of that tier.',
    defaultText: '0',
  },
};

const maintenanceValue: ValueSpec = {
  type: 'either',
  of: [
    { type: 'boolean' },
    {
      type: 'map',
      keys: {
        since: { value: { type: 'time' }, doc: 'When the maintenance began.' },
        until: { value: { type: 'time' }, doc: 'When it is planned to end.' },
      },
    },
  ],
};

const failureDomains = ['disk', 'host', 'rack', 'row', 'room'] as const;

function nodeKeys(system: SystemSpec | undefined): Readonly<Record<string, KeySpec>> {
  return {
    name: {
      value: { type: 'name' },
      doc: 'The name of the node, unique in the cluster.',
      example: 'node1',
      required: true,
    },
    address: {
      value: { type: 'address' },
      doc: 'Where its SSH server answers: a host name or an IP address.',
      required: true,
      example: '{name}',
    },
    roles: {
      value: {
        type: 'list',
        nonEmpty: true,
        item: system ? { type: 'role', roles: system.roles.map(({ role }) => role) } : { type: 'text' },
      },
      doc: `What the node does${system ? `: ${system.roles.map(({ role }) => role).join(', ')}` : ''}.`,
      required: true,
      ...(system ? { example: `[${exampleRole(system)}]` } : {}),
    },
    rack: { value: { type: 'name' }, doc: 'The rack it stands in; needed for failureDomain rack.' },
    row: { value: { type: 'name' }, doc: 'The row it stands in; needed for failureDomain row.' },
    room: { value: { type: 'name' }, doc: 'The room it stands in; needed for failureDomain room.' },
    maintenance: {
      value: maintenanceValue,
      doc: 'Whether the node is in maintenance, or since and until when.',
    },
    console: {
      value: { type: 'text' },
      doc: "A command on the operator's machine that says 'off' when the node has no power.",
    },
    ssh: { value: { type: 'map', keys: sshKeys }, doc: 'How to log in to this node, over the defaults.' },
    disks: {
      value: { type: 'list', item: { type: 'map', keys: diskKeys, uniqueBy: 'path' } },
      doc: 'The disks that hold the data.',
    },
  };
}

/** A role for a node of which nothing else is known: that holds data where the system has one. */
function exampleRole({ roles }: SystemSpec): string {
  return (roles.find(({ storage }) => storage) ?? roles[0])?.role ?? '';
}

function exampleSection({ section }: SystemSpec): string {
  return Object.entries(section)
    .flatMap(([key, { required, example }]) => (required && example ? [`\n  ${key}: ${example}`] : []))
    .join('');
}

function redundancySpec(system: SystemSpec | undefined): MapSpec {
  const rules = system?.redundancy;
  const refused: Record<string, string> = {};
  const keys: Record<string, KeySpec> = {};
  if (!rules || rules.encoding) {
    keys['encoding'] = {
      value: { type: 'encoding' },
      doc: 'M+N: M pieces of data, N of which may be lost.',
      example: '3+2',
    };
  } else refused['encoding'] = `${system.title} knows no encodings; write replicas.`;
  keys['replicas'] = {
    value: { type: 'integer', min: 1, max: rules?.maxReplicas ?? 15 },
    doc: 'How many copies of each chunk there are.',
    example: '3',
  };
  if (!rules || rules.minReplicas) {
    keys['minReplicas'] = {
      value: { type: 'integer', min: 1, max: rules?.maxReplicas ?? 15 },
      doc: 'With fewer copies than this, writes stop.',
    };
  } else refused['minReplicas'] = `${system.title} has no minimum of replicas; delete the key.`;
  keys['failureDomain'] = {
    value: { type: 'choice', values: rules?.failureDomains ?? failureDomains },
    doc: 'What fails as a whole: no two pieces of a chunk are in one.',
    defaultText: 'host',
  };
  keys['fillMargin'] = {
    value: { type: 'percent' },
    doc: 'The part of each disk that the system keeps free.',
    defaultText: '0%',
  };
  return {
    type: 'map',
    keys,
    refused,
    oneOf: rules && !rules.encoding ? ['replicas'] : ['encoding', 'replicas'],
  };
}

const made = new WeakMap<readonly SystemSpec[], Map<SystemSpec | undefined, MapSpec>>();

/**
 * All keys of a cluster file of one system. Without a system (it is absent or wrong) the parts that
 * depend on it are not judged. The same tables each time: every keystroke asks for them.
 */
export function clusterSpec(specs: readonly SystemSpec[], system: SystemSpec | undefined): MapSpec {
  const known = made.get(specs) ?? new Map<SystemSpec | undefined, MapSpec>();
  made.set(specs, known);
  const spec = known.get(system) ?? makeSpec(specs, system);
  known.set(system, spec);
  return spec;
}

function makeSpec(specs: readonly SystemSpec[], system: SystemSpec | undefined): MapSpec {
  const refused: Record<string, string> = {};
  const keys: Record<string, KeySpec> = {
    cluster: {
      value: { type: 'name' },
      doc: 'The name of the cluster, unique among the open files.',
      required: true,
      example: 'my-cluster',
    },
    system: {
      value: { type: 'choice', values: specs.map(({ id }) => id) },
      doc: `The storage system: ${specs.map(({ id }) => id).join(', ')}.`,
      required: true,
      example: specs[0]?.id ?? 'moosefs',
    },
    protected: {
      value: { type: 'boolean' },
      doc: "Every disruptive step asks for the cluster's name.",
      defaultText: 'false',
    },
    readOnly: {
      value: { type: 'boolean' },
      doc: 'Nothing is changed on this cluster.',
      defaultText: 'false',
    },
    ssh: { value: { type: 'map', keys: sshKeys }, doc: 'How to log in; the defaults for all nodes.' },
    heartbeat: {
      value: { type: 'map', keys: heartbeatKeys },
      doc: 'When a silent node is inactive, and when offline.',
    },
  };
  if (!system || system.redundancy) {
    keys['redundancy'] = {
      value: redundancySpec(system),
      doc: 'How many pieces of the data there are, and what may fail.',
      ...(system ? { required: true } : {}),
      example: '{ replicas: 3 }',
    };
  } else {
    refused['redundancy'] =
      `A cluster of ${system.title} has its redundancy in its targets; delete redundancy.`;
  }
  keys['nodes'] = {
    value: { type: 'list', nonEmpty: true, item: { type: 'map', keys: nodeKeys(system), uniqueBy: 'name' } },
    doc: 'The machines of the cluster.',
    required: true,
    ...(system ? { example: `\n  - { name: node1, address: node1, roles: [${exampleRole(system)}] }` } : {}),
  };
  if (system) {
    keys[system.id] = {
      value: {
        type: 'map',
        keys: system.section,
        ...(system.requiredWith ? { requiredWith: system.requiredWith } : {}),
      },
      doc: `What only ${system.title} has.`,
      ...(system.sectionRequired ? { required: true, example: exampleSection(system) } : {}),
    };
    for (const { id } of specs) {
      if (id !== system.id)
        refused[id] = `The section ${id} does not belong in a cluster of the system ${system.id}.`;
    }
  }
  const isSection = (key: string): boolean => !system && specs.some(({ id }) => id === key);
  return { type: 'map', keys, refused, ignores: (key) => key.startsWith('x-') || isSection(key) };
}
