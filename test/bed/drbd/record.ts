/**
 * Records what DRBD says in states that are hard to come by, for the tests of the readers:
 * `tsx test/bed/drbd/record.ts FOLDER` writes FOLDER/STATE/NODE/COMMAND.txt, with the exit codes in rc.tsv.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DrbdBed, servers, type Server } from './bed';

const commands: Readonly<Record<string, string>> = {
  'proc-drbd': 'cat /proc/drbd',
  'drbdadm-status': 'drbdadm status',
  'drbdsetup-status-verbose-statistics': 'drbdsetup status --verbose --statistics',
  'drbdsetup-events2-now-statistics': 'drbdsetup events2 --now --statistics',
  'drbdadm-role': 'drbdadm role ost0',
  'drbdadm-cstate': 'drbdadm cstate ost0',
  'drbdadm-dstate': 'drbdadm dstate ost0',
  'drbdadm-get-gi': 'drbdadm get-gi ost0',
  'drbdadm-show-gi': 'drbdadm show-gi ost0',
  'drbdsetup-show-defaults': 'drbdsetup show --show-defaults',
  'proc-mounts': 'grep -E "drbd|ubd" /proc/mounts',
};

/** All of them at once: a state is over before ten connections have been made. */
const questions = Object.entries(commands)
  .map(([file, command]) => `echo '<<< ${file}'; ${command}; echo ">>> $?"`)
  .join('\n');

/** How each state is made out of the one before. The bed begins connected and up to date, oss1 Primary and mounted. */
const states: readonly {
  readonly name: string;
  readonly steps: readonly (readonly [Server | 'bed', string])[];
  /** What both servers' /proc/drbd has to contain, oss1 first. */
  readonly shows: readonly [RegExp, RegExp];
}[] = [
  {
    name: '20-verify',
    steps: [
      ['oss2', 'drbdadm net-options --verify-alg=crc32c ost0; drbdadm disk-options --resync-rate=400K ost0'],
      [
        'oss1',
        'drbdadm net-options --verify-alg=crc32c ost0; drbdadm disk-options --resync-rate=400K ost0; drbdadm verify ost0',
      ],
      ['bed', 'sleep 4'],
    ],
    shows: [/VerifyS/, /VerifyT/],
  },
  {
    name: '21-io-suspended',
    steps: [
      [
        'oss1',
        'drbdadm disk-options --resync-rate=50M ost0; until drbdadm cstate ost0 | grep -qx Connected; do sleep 0.5; done; drbdadm suspend-io ost0',
      ],
      ['bed', 'sleep 1'],
    ],
    shows: [/ s-----/, /Connected/],
  },
  {
    name: '22-resync-to-secondary',
    steps: [
      ['oss1', 'drbdadm resume-io ost0'],
      ['oss2', 'drbdadm disk-options --resync-rate=400K ost0; drbdadm invalidate ost0'],
      ['bed', 'sleep 5'],
    ],
    shows: [/SyncSource/, /SyncTarget/],
  },
  {
    name: '23-paused-by-user-on-source',
    steps: [
      ['oss1', 'drbdadm pause-sync ost0'],
      ['bed', 'sleep 2'],
    ],
    shows: [/PausedSyncS/, /PausedSyncT/],
  },
  {
    name: '24-paused-by-both',
    steps: [
      ['oss2', 'drbdadm pause-sync ost0'],
      ['bed', 'sleep 2'],
    ],
    shows: [/PausedSyncS/, /PausedSyncT/],
  },
  {
    name: '25-resync-interrupted',
    steps: [
      ['oss1', 'drbdadm resume-sync ost0'],
      ['oss2', 'drbdadm resume-sync ost0'],
      ['bed', 'sleep 3'],
      ['bed', 'cut'],
      ['bed', 'sleep 12'],
    ],
    shows: [/WFConnection/, /WFConnection.*Inconsistent/],
  },
  {
    name: '26-resync-to-primary',
    steps: [
      ['bed', 'join'],
      [
        'oss1',
        'drbdadm disk-options --resync-rate=50M ost0; until drbdadm dstate ost0 | grep -qx UpToDate/UpToDate; do sleep 0.5; done; drbdadm disk-options --resync-rate=400K ost0; drbdadm invalidate ost0',
      ],
      ['bed', 'sleep 5'],
    ],
    shows: [/SyncTarget ro:Primary/, /SyncSource ro:Secondary/],
  },
  {
    name: '27-diskless-primary-peer-uptodate',
    steps: [
      [
        'oss1',
        'drbdadm disk-options --resync-rate=50M ost0; until drbdadm dstate ost0 | grep -qx UpToDate/UpToDate; do sleep 0.5; done; drbdadm detach ost0',
      ],
      ['bed', 'sleep 1'],
    ],
    shows: [/Diskless\/UpToDate/, /UpToDate\/Diskless/],
  },
  {
    name: '28-link-cut-both-alive',
    steps: [
      [
        'oss1',
        'drbdadm attach ost0; drbdadm disk-options --resync-rate=50M ost0; until drbdadm dstate ost0 | grep -qx UpToDate/UpToDate; do sleep 0.5; done',
      ],
      ['bed', 'cut'],
      ['bed', 'sleep 12'],
    ],
    shows: [/WFConnection ro:Primary\/Unknown ds:UpToDate/, /WFConnection ro:Secondary\/Unknown ds:UpToDate/],
  },
  {
    name: '29-outdated',
    steps: [
      ['oss1', 'echo more >/mnt/ost0/more; sync'],
      ['oss2', 'drbdadm outdate ost0'],
      ['bed', 'sleep 1'],
    ],
    shows: [/WFConnection/, /ds:Outdated\/DUnknown/],
  },
  {
    name: '30-split-brain-both-standalone',
    steps: [
      ['bed', 'join'],
      [
        'oss1',
        'drbdadm disk-options --resync-rate=50M ost0; until drbdadm dstate ost0 | grep -qx UpToDate/UpToDate; do sleep 0.5; done',
      ],
      ['bed', 'cut'],
      ['bed', 'sleep 12'],
      ['oss1', 'echo one >/mnt/ost0/one; umount /mnt/ost0; drbdadm secondary ost0'],
      ['oss2', 'drbdadm primary ost0; mount -t lustre /dev/drbd0 /mnt/ost0; echo two >/mnt/ost0/two; sync'],
      ['bed', 'join'],
      ['bed', 'sleep 12'],
    ],
    shows: [/StandAlone/, /StandAlone/],
  },
  {
    name: '31-split-brain-one-standalone',
    steps: [
      ['oss1', 'drbdadm disconnect ost0; true'],
      ['oss2', 'drbdadm connect ost0'],
      ['bed', 'sleep 2'],
    ],
    shows: [/StandAlone/, /WFConnection/],
  },
];

async function main(folder: string): Promise<void> {
  const bed = await DrbdBed.start();
  try {
    for (const { name, steps, shows } of states) {
      for (const [where, step] of steps) {
        if (where !== 'bed') await bed.try(where, step, 120_000);
        else if (step === 'cut' || step === 'join') await bed[step]('replication');
        else await new Promise((resolve) => setTimeout(resolve, Number(step.slice(6)) * 1000));
      }
      await Promise.all(
        servers.map(async (node, index) => {
          const target = join(folder, name, node);
          mkdirSync(target, { recursive: true });
          const { stdout } = await bed.try(node, questions, 60_000);
          const codes: string[] = [];
          let proc = '';
          for (const [, file = '', text = '', code] of stdout.matchAll(/^<<< (\S+)\n([^]*?)^>>> (\d+)\n/gm)) {
            writeFileSync(join(target, `${file}.txt`), text);
            codes.push(`${code}\t${file}\t${commands[file]}\n`);
            if (file === 'proc-drbd') proc = text;
          }
          writeFileSync(join(target, 'rc.tsv'), codes.join(''));
          const wanted = shows[index];
          process.stdout.write(
            `${wanted?.test(proc) ? '✓' : '✗'} ${name} ${node}: ${/ 0: .*/.exec(proc)?.[0]}\n`,
          );
        }),
      );
    }
  } finally {
    bed.stop();
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: tsx test/bed/drbd/record.ts FOLDER\n');
  process.exit(2);
}
void main(folder);
