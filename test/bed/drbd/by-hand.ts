import type { Server } from './bed';
import type { Story } from './story';

/** What an administrator would type to serve the target on a server again. */
export async function serveByHand({ bed }: Story, node: Server): Promise<void> {
  await bed.sh(
    node,
    `drbdadm up ost0 2>/dev/null; drbdadm primary ost0 && mount -t lustre /dev/drbd0 /mnt/ost0`,
    30_000,
  );
}

/** The target no longer served, the mirror Secondary. */
export async function stopByHand({ bed }: Story, node: Server): Promise<void> {
  await bed.sh(node, 'umount /mnt/ost0 && drbdadm secondary ost0', 30_000);
}

/** Data on the target, and their check sums on the client. */
export async function load({ bed }: Story, node: Server, megabytes: number): Promise<string> {
  return bed.sh(
    node,
    `head -c ${megabytes}M /dev/urandom >/mnt/ost0/data && sync /mnt/ost0/data && sha256sum </mnt/ost0/data`,
    60_000,
  );
}

/** The check sum of those data, read from the device and not from memory. */
export async function sumOf({ bed }: Story, node: Server): Promise<string> {
  return bed.sh(node, 'echo 3 >/proc/sys/vm/drop_caches; sha256sum </mnt/ost0/data', 60_000);
}

/** Changes the rate of a resync, by the files of both sides. */
export async function resyncsAt({ bed }: Story, rate: string): Promise<void> {
  for (const node of ['oss2', 'oss1'] as const)
    await bed.sh(
      node,
      `sed -i 's/resync-rate [0-9]*[KM]/resync-rate ${rate}/' /etc/drbd.conf && drbdadm adjust ost0`,
    );
}
