/** What a simulated node answers to one command. */
export interface SimulatedAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where the demo's servers listen and which files prove who they are. */
export interface DemoPlace {
  /** Loopback port by node name. */
  readonly ports: ReadonlyMap<string, number>;
  /** The console command line by node name, in the cluster file's syntax. */
  readonly consoles: ReadonlyMap<string, string>;
}

/** A whole simulated cluster: one consistent state behind all its nodes. */
export interface Simulator {
  readonly fileName: string;
  /** Unique over all simulators that may run beside each other. */
  readonly nodeNames: readonly string[];
  /**
   * How much faster than the world's its time runs; absent: 1. The demo advances it so, and its cluster file says
   * `x-demo: { timeFactor: N }`.
   */
  readonly timeFactor?: number;
  /** Changes that; absent where its time runs as the world's. Its cluster file says so only when written anew. */
  setTimeFactor?(factor: number): void;
  /** The text of the cluster file that describes the simulated cluster. */
  clusterFile(place: DemoPlace): string;
  /** Whether others reach it: it has power and its network. */
  isUp(node: string): boolean;
  hasPower(node: string): boolean;
  /** Takes a node from the network: it goes on by itself, and nobody reaches it. Without power nothing happens. */
  setNetwork(node: string, isJoined: boolean): void;
  /** Power off: the node goes silent in the middle of whatever it did. */
  powerOff(node: string): void;
  powerOn(node: string): void;
  /** Lets simulated time pass; milliseconds of its own time. */
  advance(ms: number): void;
  /**
   * Answers a script as the node's shell would; an unknown one exits 127. Output that went to `onOutput` is not
   * in the answer again.
   */
  run(node: string, script: string, onOutput: (text: string) => void): Promise<SimulatedAnswer>;
  /** What `fill` does: clients write until the node's disks are nearly full. */
  fill(node: string): string;
  /** What `heal` does beside giving it power and network: disks, links and processes are well again. */
  heal(node: string): void;
  /** Further commands that the demo's prompt offers, such as killing one process. */
  readonly actions: readonly SimulatedAction[];
}

/** A command of one system's simulator about one node. */
export interface SimulatedAction {
  readonly verb: string;
  readonly doc: string;
  /** Returns what happened, as a sentence. */
  act(node: string): string;
}
