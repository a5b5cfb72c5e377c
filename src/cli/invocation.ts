import { parseArgs, type ParseArgsConfig } from 'node:util';
import { readDuration } from '../cluster/duration';
import { nearMiss } from '../cluster/near';
import { bandwidthUnits, readBandwidth } from '../rebuild/what-if/bandwidth';
import { UsageError } from './exit';

/** The options that every command that connects takes. */
export interface ConnectingOptions {
  readonly sshConfig?: string;
  readonly acceptNew: boolean;
  readonly systemSsh: boolean;
}

export type Invocation =
  | { readonly command: 'help'; readonly about?: CommandName }
  | { readonly command: 'version' }
  | {
      readonly command: 'validate';
      readonly files: readonly string[];
      readonly format: 'pretty' | 'json' | 'sarif';
    }
  | ({
      readonly command: 'status';
      readonly file: string;
      readonly format: 'pretty' | 'json';
      readonly timeoutMs: number;
      readonly watch: boolean;
      readonly cluster?: string;
    } & ConnectingOptions)
  | ({
      readonly command: 'plan';
      readonly format: 'markdown' | 'json';
      readonly offline: boolean;
    } & PlanArguments &
      ConnectingOptions)
  | ({
      readonly command: 'run';
      readonly format: 'pretty' | 'json';
      readonly yes: boolean;
      readonly confirm: readonly string[];
      readonly journal?: string;
      readonly resume?: string;
    } & PlanArguments &
      ConnectingOptions)
  | ({
      readonly command: 'whatif';
      readonly file: string;
      readonly format: 'pretty' | 'json';
      /** Nodes, or domains as `rack=r1`. */
      readonly lose: readonly string[];
      /** Of each node's network, bytes a second. */
      readonly bandwidth?: number;
      /** Ask the nodes how full their disks are. */
      readonly live: boolean;
      readonly cluster?: string;
    } & ConnectingOptions)
  | ({
      readonly command: 'discover';
      /** `[USER@]HOST[:PORT]`. */
      readonly addresses: readonly string[];
      readonly system: string;
      readonly name?: string;
      readonly output?: string;
      readonly format: 'text' | 'json';
      readonly timeoutMs: number;
      /** Commands on the nodes run through `sudo -n`. */
      readonly become: 'none' | 'sudo';
    } & ConnectingOptions)
  | ({
      readonly command: 'compare';
      readonly file: string;
      readonly format: 'pretty' | 'json';
      readonly timeoutMs: number;
      readonly cluster?: string;
    } & ConnectingOptions)
  | {
      readonly command: 'demo';
      readonly dir?: string;
      readonly nodes?: number;
      readonly systems: readonly string[];
    };

export interface PlanArguments {
  readonly file: string;
  /** Absent only with --resume: the journal knows it. */
  readonly kind?: string;
  readonly target?: string;
  readonly to?: string;
  readonly cluster?: string;
}

export type CommandName = 'validate' | 'status' | 'plan' | 'run' | 'whatif' | 'discover' | 'compare' | 'demo';

type Options = NonNullable<ParseArgsConfig['options']>;

const reaching = {
  'ssh-config': { type: 'string' },
  'accept-new': { type: 'boolean' },
  'system-ssh': { type: 'boolean' },
} as const satisfies Options;

const connecting = { ...reaching, cluster: { type: 'string' } } as const satisfies Options;

const options = {
  validate: { format: { type: 'string' } },
  status: {
    format: { type: 'string' },
    timeout: { type: 'string' },
    watch: { type: 'boolean' },
    ...connecting,
  },
  plan: {
    format: { type: 'string' },
    to: { type: 'string' },
    offline: { type: 'boolean' },
    ...connecting,
  },
  run: {
    format: { type: 'string' },
    to: { type: 'string' },
    yes: { type: 'boolean' },
    confirm: { type: 'string', multiple: true },
    journal: { type: 'string' },
    resume: { type: 'string' },
    ...connecting,
  },
  whatif: {
    format: { type: 'string' },
    lose: { type: 'string', multiple: true },
    bandwidth: { type: 'string' },
    live: { type: 'boolean' },
    ...connecting,
  },
  discover: {
    system: { type: 'string' },
    name: { type: 'string' },
    output: { type: 'string' },
    format: { type: 'string' },
    timeout: { type: 'string' },
    become: { type: 'string' },
    ...reaching,
  },
  compare: { format: { type: 'string' }, timeout: { type: 'string' }, ...connecting },
  demo: { dir: { type: 'string' }, nodes: { type: 'string' }, system: { type: 'string', multiple: true } },
} as const satisfies Record<CommandName, Options>;

const commandNames = Object.keys(options) as CommandName[];

/** The longest wait that `--timeout` may ask for, milliseconds. */
const LONGEST_LOOK = 3_600_000;

/** Reads the words after `standby`. Throws `UsageError`. */
export function readInvocation(words: readonly string[]): Invocation {
  const [first, ...rest] = words;
  if (first === undefined)
    throw new UsageError(`No command is given. The commands are ${commandNames.join(', ')}.`);
  if (first === '--version' || first === '-V') return { command: 'version' };
  if (first === '--help' || first === '-h' || first === 'help') return help(rest[0]);
  if (!isCommand(first)) throw new UsageError(unknownCommand(first));
  if (asksForHelp(rest)) return { command: 'help', about: first };
  const { values, positionals } = parse(first, rest);
  switch (first) {
    case 'validate':
      if (positionals.length === 0) throw new UsageError('validate needs at least one FILE.');
      return {
        command: first,
        files: positionals,
        format: choice(first, values, ['pretty', 'json', 'sarif']),
      };
    case 'status':
      return {
        command: first,
        file: theFile(first, positionals, 1),
        format: choice(first, values, ['pretty', 'json']),
        timeoutMs: timeout(first, values['timeout']),
        watch: values['watch'] === true,
        ...cluster(values),
        ...connection(values),
      };
    case 'plan':
      return {
        command: first,
        ...planArguments(first, values, positionals),
        format: choice(first, values, ['markdown', 'json']),
        offline: values['offline'] === true,
        ...connection(values),
      };
    case 'run':
      return {
        command: first,
        ...planArguments(first, values, positionals),
        format: choice(first, values, ['pretty', 'json']),
        yes: values['yes'] === true,
        confirm: (values['confirm'] as string[] | undefined) ?? [],
        ...text(values, 'journal'),
        ...text(values, 'resume'),
        ...connection(values),
      };
    case 'whatif':
      return {
        command: first,
        file: theFile(first, positionals, 1),
        format: choice(first, values, ['pretty', 'json']),
        lose: loseOf(values),
        ...bandwidthOf(values),
        live: values['live'] === true,
        ...cluster(values),
        ...connection(values),
      };
    case 'discover':
      return {
        command: first,
        ...discoverArguments(values, positionals),
        format: choice(first, values, ['text', 'json']),
        timeoutMs: timeout(first, values['timeout']),
        ...connection(values),
      };
    case 'compare':
      return {
        command: first,
        file: theFile(first, positionals, 1),
        format: choice(first, values, ['pretty', 'json']),
        timeoutMs: timeout(first, values['timeout']),
        ...cluster(values),
        ...connection(values),
      };
    case 'demo':
      if (positionals.length > 0)
        throw new UsageError(`demo takes no argument; '${positionals[0]}' is one too many.`);
      return {
        command: first,
        ...text(values, 'dir'),
        ...nodesOf(values),
        systems: (values['system'] as string[] | undefined) ?? [],
      };
  }
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** How many nodes a large demo has. */
const MOST_DEMO_NODES = 2_000;

function nodesOf(values: Values): { readonly nodes?: number } {
  const { nodes } = text(values, 'nodes');
  if (nodes === undefined) return {};
  const count = Number(nodes);
  if (!/^\d+$/.test(nodes) || count < 5 || count > MOST_DEMO_NODES)
    throw new UsageError(`--nodes takes a number from 5 to ${MOST_DEMO_NODES}, not '${nodes}'.`);
  return { nodes: count };
}

/** `--` ends the options, so a file of the name `--help` can be given after it. */
function asksForHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--');
  return (end < 0 ? rest : rest.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

function help(about: string | undefined): Invocation {
  if (about === undefined) return { command: 'help' };
  if (!isCommand(about)) throw new UsageError(unknownCommand(about));
  return { command: 'help', about };
}

function isCommand(word: string): word is CommandName {
  return (commandNames as string[]).includes(word);
}

function unknownCommand(word: string): string {
  const near = nearMiss(word, commandNames);
  return near
    ? `'${word}' is not a command. Did you mean '${near}'?`
    : `'${word}' is not a command. The commands are ${commandNames.join(', ')}.`;
}

function parse(command: CommandName, args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      options: options[command],
      allowPositionals: true,
      strict: true,
    }) as {
      values: Values;
      positionals: string[];
    };
  } catch (error) {
    const message = (error as Error).message.split('. ')[0] ?? '';
    throw new UsageError(`${command}: ${message.replace(/\.$/, '')}.`, { cause: error });
  }
}

function choice<const T extends string>(
  command: CommandName,
  values: Values,
  allowed: readonly [T, ...T[]],
): T {
  const written = values['format'] ?? allowed[0];
  const found = allowed.find((value) => value === written);
  if (found === undefined) {
    throw new UsageError(
      `${command}: --format ${String(written)} does not exist. It is one of ${allowed.join(', ')}.`,
    );
  }
  return found;
}

function timeout(command: CommandName, written: Values[string]): number {
  if (written === undefined) return 20_000;
  const read = readDuration(String(written));
  if (!('value' in read) || read.value === undefined) {
    throw new UsageError(
      `${command}: --timeout ${String(written)} is not a duration. Write it like 20s or 2m.`,
    );
  }
  if (read.value > LONGEST_LOOK) throw new UsageError(`${command}: --timeout can be 1h at most.`);
  return read.value;
}

function text<const K extends string>(values: Values, key: K): { readonly [P in K]?: string } {
  const value = values[key];
  if (value === '') throw new UsageError(`--${key} needs a value.`);
  return (typeof value === 'string' ? { [key]: value } : {}) as { readonly [P in K]?: string };
}

function cluster(values: Values): { readonly cluster?: string } {
  return text(values, 'cluster');
}

function connection(values: Values): ConnectingOptions {
  const file = values['ssh-config'];
  if (file === '') throw new UsageError('--ssh-config needs a FILE.');
  return {
    ...(typeof file === 'string' ? { sshConfig: file } : {}),
    acceptNew: values['accept-new'] === true,
    systemSsh: values['system-ssh'] === true,
  };
}

function discoverArguments(values: Values, positionals: readonly string[]) {
  const { system } = text(values, 'system');
  const become = values['become'] ?? 'none';
  if (positionals.length === 0) throw new UsageError('discover needs at least one USER@HOST.');
  if (system === undefined)
    throw new UsageError('discover needs --system, the storage system that runs on the nodes.');
  if (become !== 'none' && become !== 'sudo')
    throw new UsageError(`discover: --become is none or sudo, not '${String(become)}'.`);
  return {
    addresses: positionals,
    system,
    become,
    ...text(values, 'name'),
    ...text(values, 'output'),
  } as const;
}

function loseOf(values: Values): readonly string[] {
  const written = (values['lose'] as string[] | undefined) ?? [];
  const words = written.flatMap((one) => one.split(',')).filter((word) => word !== '');
  if (words.length === 0)
    throw new UsageError('whatif needs --lose NODE[,NODE], or a domain like --lose rack=r1.');
  return words;
}

function bandwidthOf(values: Values): { readonly bandwidth?: number } {
  const { bandwidth } = text(values, 'bandwidth');
  if (bandwidth === undefined) return {};
  const read = readBandwidth(bandwidth);
  if (read === undefined)
    throw new UsageError(
      `whatif: --bandwidth ${bandwidth} is not a bandwidth. Write it like 10Gbit; units are ${bandwidthUnits}.`,
    );
  return { bandwidth: read };
}

function theFile(command: CommandName, positionals: readonly string[], most: number): string {
  const [file] = positionals;
  if (!file) throw new UsageError(`${command} needs a FILE, the cluster file.`);
  const extra = positionals[most];
  if (extra !== undefined) throw new UsageError(`${command}: '${extra}' is one argument too many.`);
  return file;
}

function planArguments(
  command: 'plan' | 'run',
  values: Values,
  positionals: readonly string[],
): PlanArguments {
  const resume = values['resume'] !== undefined;
  const file = theFile(command, positionals, resume ? 1 : 3);
  const [, kind, target] = positionals;
  if (kind === undefined && !resume) throw new UsageError(`${command} needs a KIND of plan after the FILE.`);
  return {
    file,
    ...(kind === undefined ? {} : { kind }),
    ...(target === undefined ? {} : { target }),
    ...text(values, 'to'),
    ...cluster(values),
  };
}
