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
  /** The text of the cluster file that describes the simulated cluster. */
  clusterFile(place: DemoPlace): string;
  isUp(node: string): boolean;
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
  /** Further commands that the demo's prompt offers, such as killing one process. */
  readonly actions: readonly {
    readonly verb: string;
    readonly doc: string;
    act(node: string): string;
  }[];
}
