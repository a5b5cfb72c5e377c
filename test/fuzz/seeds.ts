/** Valid files of the three systems: what the mutations start from. */
export const seedFiles: readonly string[] = [
  `cluster: media # with every kind of value
system: vstorage
protected: true
ssh: { user: ops, port: 22, identityFile: ~/.ssh/k, proxyJump: b.example.net, become: sudo }
heartbeat: { interval: 5s, inactiveAfter: 15s, offlineAfter: 15m, maintenanceOfflineAfter: 30m, witnesses: 3 }
redundancy:
  encoding: 5+2
  failureDomain: rack
  fillMargin: 5%
x-disks: &disks
  - { path: /dev/sdb, capacity: 10TB, used: 8TB }
  - { path: /dev/sdc, capacity: 931.5GiB, free: 200GB, tier: 1 }
nodes:
${Array.from(
  { length: 9 },
  (_, at) => `  - name: cs${at}
    address: 10.0.0.${at + 1}
    roles: [${at < 3 ? 'mds, ' : ''}cs]
    rack: r${at}
    maintenance: ${at === 4 ? '{ since: 2026-11-21T20:00:00Z }' : 'false'}
    disks: *disks`,
).join('\n')}
vstorage:
  name: stor1
  parameters:
    mds.wd.offline_tout: 900000
    mds.wd.max_offline_cs_hosts: 2
    mds.alloc.fill_margin: 5
`,
  `cluster: mfs
system: moosefs
redundancy: { replicas: 2 }
x-node: &node { ssh: { user: root, port: 2222 }, console: ipmitool -H bmc power status }
nodes:
  - { <<: *node, name: m1, address: 172.16.0.1, roles: [master, metalogger] }
  - { <<: *node, name: m2, address: 172.16.0.2, roles: [master] }
  - name: c1
    address: "fe80::1%eth0"
    roles:
      - chunkserver
      - client
    disks:
      - path: /mnt/a
        capacity: 4TB
        used: 1TB
  - name: c2
    address: c2.example.net
    roles: [chunkserver]
    disks: [{ path: /mnt/a, capacity: 4TB }]
moosefs:
  masterHost: mfsmaster
  masterPort: 9421
  dataPath: /var/lib/mfs
  virtualIp: 172.16.0.99/16
  interface: eth0
  vhid: 10
  advertisementPassword: from-file
  passwordFile: /etc/ucarp/password
---
cluster: second
system: moosefs
redundancy: { replicas: 1 }
nodes: [{ name: m1, address: 10.9.9.9, roles: [master, chunkserver] }]
moosefs: { masterHost: m1 }
`,
  `cluster: scratch
system: lustre
nodes:
${['mds1', 'mds2', 'oss1', 'oss2']
  .map(
    (name, at) => `- name: ${name}
  address: 10.0.1.${at + 1}
  roles: [${at < 2 ? 'mgs, mds' : 'oss'}]
  rack: r${at % 2}
  console: >-
    ipmitool -H bmc-${name}
    power status`,
  )
  .join('\n')}
lustre:
  filesystem: scratch
  mgsNids: [10.0.1.1@tcp, 10.0.1.2@tcp]
  heartbeatPaths: [ping, serial]
  targets:
    - { name: MGT, device: /dev/drbd0, drbd: r0, mountPoint: /mnt/mgt, primary: mds1, secondary: mds2 }
    - name: OST0000
      device: /dev/drbd1
      drbd: r1
      mountPoint: /mnt/ost0
      primary: oss1
      secondary: oss2
      serviceNodes: [10.0.1.3@tcp, 10.0.1.4@tcp]
  clientMount: /mnt/scratch
`,
];
