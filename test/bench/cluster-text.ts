/** A correct Virtuozzo storage file with this many nodes: four disks each, racks of 40. */
export function clusterText(nodes: number): string {
  const lines = [
    'cluster: bench',
    'system: vstorage',
    'ssh: { user: ops }',
    'heartbeat:',
    '  interval: 5s',
    '  inactiveAfter: 15s',
    '  offlineAfter: 15m',
    'redundancy:',
    '  encoding: 5+2',
    '  failureDomain: rack',
    'nodes:',
  ];
  for (let index = 0; index < nodes; index++) {
    lines.push(
      `  - name: cs${index}`,
      `    address: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      `    roles: [${index < 5 ? 'mds, ' : ''}cs]`,
      `    rack: r${Math.floor(index / 40)}`,
      '    disks:',
      '      - { path: /dev/sdb, capacity: 10TB, used: 6TB }',
      '      - { path: /dev/sdc, capacity: 10TB, used: 6.5TB }',
      '      - { path: /dev/sdd, capacity: 10TB, free: 4TB }',
    );
  }
  return `${lines.join('\n')}\n`;
}
