import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { virtualIp, type Bed } from '../bed';

/** Port 9421, on which a master serves clients (mfsmaster.cfg(5), MATOCL_LISTEN_PORT), as /proc/net/tcp prints it. */
const servesClients = /^\s*\d+: [0-9A-F]{8}:24CD 0{8}:0000 0A /m;
const holdsAddress = new RegExp(`\\|-- ${virtualIp.replaceAll('.', '\\.')}\\n\\s+/32 host LOCAL`);
const EVERY = 200;

/** What one candidate is at one moment. */
export interface Seen {
  readonly node: string;
  readonly on: boolean;
  readonly address: boolean;
  readonly master: boolean;
  /** Whether its network is whole: nobody else can talk to it otherwise. */
  readonly reachable: boolean;
}

/**
 * Looks at every candidate five times a second from outside, through the kernel's files of its namespaces, so
 * that no fault of the network or the node hides anything: who holds the address and who serves as a master.
 */
export class Watcher {
  /** Milliseconds during which two reachable nodes were masters with the address. */
  twoMastersMs = 0;
  /** The same for two reachable nodes with the address, master or not. */
  twoAddressesMs = 0;
  private readonly timer: NodeJS.Timeout;
  private last = Date.now();

  constructor(private readonly bed: Bed) {
    this.timer = setInterval(() => this.tick(), EVERY);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** All candidates at this moment. */
  look(): readonly Seen[] {
    return this.bed.nodes.filter((node) => /^m\d+$/.test(node)).map((node) => this.lookAt(node));
  }

  private tick(): void {
    const now = Date.now();
    const past = now - this.last;
    this.last = now;
    const holders = this.look().filter(({ address, reachable }) => address && reachable);
    if (holders.length > 1) this.twoAddressesMs += past;
    if (holders.filter(({ master }) => master).length > 1) this.twoMastersMs += past;
  }

  private lookAt(node: string): Seen {
    const reachable = !this.bed.cutOff.has(node);
    const off = { node, on: false, address: false, master: false, reachable };
    const pid = read(join(this.bed.folder, 'bed/nodes', node, 'init.pid')).trim();
    // The number may be another process's by now.
    if (!/node-(init|main)/.test(read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))) return off;
    return {
      node,
      on: true,
      reachable,
      address: holdsAddress.test(read(`/proc/${pid}/net/fib_trie`)),
      master: servesClients.test(read(`/proc/${pid}/net/tcp`)),
    };
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
