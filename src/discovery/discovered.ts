import type { SshFailure } from '../ssh/error';

/** A value as a cluster file would write it: sizes as bigint bytes, everything else as YAML has it. */
export type LiveValue = string | number | bigint | boolean | readonly LiveValue[] | LiveMap;

/** A map of the cluster file, in the order in which its keys are written. */
export interface LiveMap {
  readonly pairs: readonly LiveEntry[];
}

/** One key with what the nodes say of it. */
export interface LiveEntry {
  readonly key: string;
  readonly value: LiveValue;
  /** Written behind the value: where it comes from, or what to look at. One line. */
  readonly note?: string;
  /** The node that said so, where one did. */
  readonly node?: string;
  /**
   * Nobody told: the value is only the smallest that makes a valid file, and the note begins with `TODO`. Never
   * compared with a cluster file.
   */
  readonly isGuess?: boolean;
}

export interface LiveDisk {
  readonly path: string;
  /** Bytes; absent: the node did not tell, so the disk is only mentioned. */
  readonly capacity?: bigint;
  /** Bytes. */
  readonly used?: bigint;
  readonly tier?: number;
  /** Written behind the disk; one line. */
  readonly note?: string;
}

/** What was found out about one node that was asked, by itself or by others. */
export interface LiveNode {
  /** As in the cluster that was asked. */
  readonly name: string;
  /** Absent: it was not told, which is not the same as none. */
  readonly roles?: readonly string[];
  /** Roles that a file may say of it, such as that of a program that is installed and does not run now. */
  readonly possibleRoles?: readonly string[];
  /** Of `roles`, those that a file need not say, because another role that is possible here brings them. */
  readonly impliedRoles?: readonly string[];
  /** Absent: they were not told. An empty list: it has none. */
  readonly disks?: readonly LiveDisk[];
  /** Rack, row or room, where the system knows. */
  readonly domains?: Readonly<Partial<Record<'rack' | 'row' | 'room', string>>>;
  /** Comments above the node: whole sentences. */
  readonly notes: readonly string[];
}

/** A node that others speak of and that was not asked: a hint for whoever writes the file. */
export interface UnaskedNode {
  readonly address: string;
  readonly name?: string;
  readonly roles: readonly string[];
  /** The node that spoke of it. */
  readonly knownBy: string;
}

/** What could not be found out: a whole sentence that says what to do. Also a `# TODO` in the text. */
export interface Unknown {
  readonly sentence: string;
  readonly node?: string;
}

/** What the nodes together say about the cluster. A system's `combine` makes it. */
export interface LiveCluster {
  /** What the cluster calls itself, where it has a name. */
  readonly name?: string;
  /** Comments at the top of the file: whole sentences. */
  readonly notes: readonly string[];
  /** Entries of `redundancy`; empty where the system has none, or nobody told. */
  readonly redundancy: readonly LiveEntry[];
  /** In the order in which they were asked; nodes of which nobody tells anything are left out. */
  readonly nodes: readonly LiveNode[];
  /** Entries of the system's own section. */
  readonly section: readonly LiveEntry[];
  readonly unasked: readonly UnaskedNode[];
  readonly unknown: readonly Unknown[];
}

/** One node that was asked. */
export interface AskedNode {
  /** As in the cluster file that is compared; else its own host name, where that is unique. */
  readonly name: string;
  readonly address: string;
  readonly answered: boolean;
  /** Why it did not answer, or which part of its answer could not be read: whole sentences for people. */
  readonly problems: readonly string[];
  /** Why it did not answer, for code. */
  readonly reason?: SshFailure | 'unreadable';
}
