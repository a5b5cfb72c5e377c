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
  readonly nodeNames: readonly string[];
  /** The text of the cluster file that describes the simulated cluster. */
  clusterFile(place: DemoPlace): string;
  isUp(node: string): boolean;
  /** Power off: the node goes silent in the middle of whatever it did. */
  powerOff(node: string): void;
  powerOn(node: string): void;
  /** Lets simulated time pass; milliseconds. */
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
