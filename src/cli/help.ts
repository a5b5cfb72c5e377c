import type { CommandName } from './invocation';

const reachingHelp = `
  --ssh-config FILE   as ssh -F: hosts, keys and known_hosts of its own, nothing from ~/.ssh
  --accept-new        store the keys of hosts that are not known yet (a changed key is still refused)
  --system-ssh        connect by this machine's own ssh, for security keys, certificates, ProxyCommand, Kerberos;
                      it asks nothing, so keys must be in the agent`;

const connectionHelp = `
  --cluster NAME      the cluster, where the file has several${reachingHelp}`;

const exits = `
Exit status:
  0  fine
  1  bad news: a finding of severity error, a node that is not active, a plan that must not run,
     a run that failed or was aborted
  2  the question was wrong: usage, a file that cannot be opened or has errors, an unknown node
  3  another run holds the cluster's lock`;

/** What `standby --help` prints. */
export const help = `standby: checks, watches and fails over storage clusters that a cluster file describes.

Usage:
  standby validate FILE…             check cluster files
  standby status FILE                ask every node once
  standby plan FILE KIND [TARGET]    show the plan for the present state, run nothing
  standby run FILE KIND [TARGET]     run it, step by step
  standby whatif FILE --lose NODE    what comes of the data when nodes are lost
  standby discover USER@HOST…        write the cluster file of a running cluster
  standby compare FILE               what the file says against what the nodes say
  standby demo                       start simulated clusters on this machine

  standby COMMAND --help             everything about one command
  standby --version
${exits}

Answers go to stdout, everything else to stderr. NO_COLOR is respected.
`;

/** What `standby COMMAND --help` prints; KINDS is put in by `commandHelp`. */
const commands: Readonly<Record<CommandName, string>> = {
  validate: `Usage: standby validate FILE… [--format pretty|json|sarif]

Checks cluster files: what they say, whether the data survives a loss, whether a lost node can be rebuilt.
Connects to nothing.

  --format FORMAT     pretty (default), json, or sarif 2.1.0 for code hosts
`,
  status: `Usage: standby status FILE [--format pretty|json] [--timeout 20s] [--watch]

Connects to every node, waits until all have answered or the time is over (its last seconds are for the
witnesses of silent nodes), and prints what they say. What was seen is kept in $XDG_STATE_HOME/standby,
where plans look it up.

  --format FORMAT     pretty (default) or json; an array where the file has several clusters
  --timeout DURATION  how long to wait, default 20s
  --watch             go on looking until Ctrl-C; json is then one line a look${connectionHelp}
`,
  plan: `Usage: standby plan FILE KIND [TARGET] [--to NODE] [--format markdown|json] [--offline]

Asks the nodes and shows the steps that would be run now, or why none may. Changes nothing.

KINDS

  --to NODE           the node that takes over
  --format FORMAT     markdown (default) or json
  --offline           from the file alone, without asking any node${connectionHelp}
`,
  run: `Usage: standby run FILE KIND [TARGET] [--to NODE] [--yes] [--confirm NAME]…
       standby run FILE --resume ID [--yes] [--confirm NAME]…

Runs a plan step by step: shows what, where and why, then Enter continues, r retries, s skips, a aborts.

KINDS

  --to NODE           the node that takes over
  --yes               continue without asking, but never past a step that wants a typed name
  --confirm NAME      supplies a typed name: the node, cluster or lock owner that you vouch for; repeatable;
                      with --yes it also approves that node's console command, unless that has changed
  --journal DIR       where journals go, default $XDG_STATE_HOME/standby/runs
  --resume ID         take up an interrupted run; its kind and target come from its journal
  --format FORMAT     pretty (default) or json: one event a line; json needs --yes${connectionHelp}
`,
  whatif: `Usage: standby whatif FILE --lose NODE[,NODE]… [--bandwidth 10Gbit] [--live] [--format pretty|json]

Says what comes of the cluster when these nodes are gone at once: whether data is lost, whether writes go on,
whether it can rebuild itself, what that moves and how full it leaves the others. Asks nobody, unless --live.

  --lose NODE         a node, or all of a domain: rack=r1, row=a, room=b; repeatable
  --bandwidth RATE    what each node's network carries, to reckon the time: 10Gbit, 800MB/s
  --live              ask the nodes how full their disks are
  --format FORMAT     pretty (default) or json${connectionHelp}

Exit status 1: data would or might be lost, the cluster would stop, or it could not rebuild itself.
`,
  discover: `Usage: standby discover USER@HOST[:PORT]… --system SYSTEM [--name NAME] [--output FILE]

Asks nodes what runs on them and writes the cluster file that says so, with a comment TODO where something is to be
looked at. Only reads on the nodes. Nothing is known of nodes that are not named; others that they speak of are told.

  --system SYSTEM     the storage system: SYSTEMS
  --name NAME         the cluster's name, default its own or the system's
  --output FILE       where to write it, default stdout; a file that exists is never overwritten
  --format FORMAT     text (default) or json: the text, and what was found out and what not
  --timeout DURATION  how long to wait, default 20s
  --become sudo       run commands on the nodes through sudo -n, and say so in the file${reachingHelp}

Exit status 1: a node did not answer (the file is written all the same), or nothing of the system was found.
`,
  compare: `Usage: standby compare FILE [--format pretty|json] [--timeout 20s]

Asks every node of the file and says where the file differs from them: nodes, roles, disks, addresses, what the
system's section says. Only reads. What nobody told is unknown and no difference.

  --format FORMAT     pretty (default) or json
  --timeout DURATION  how long to wait, default 20s${connectionHelp}

Exit status 1: something differs, or a node did not answer and could not be compared.
`,
  demo: `Usage: standby demo [--dir DIR] [--system NAME]… [--nodes N]

Starts simulated clusters behind real SSH servers on this machine's loopback address and writes a workspace
with their cluster files. Stays until Ctrl-C.

  --dir DIR           the workspace's folder, default a fresh temporary one
  --system NAME       only the cluster of this storage system; repeatable
  --nodes N           instead of all of these one of N plain nodes, which only beat (5 to 2000)
`,
};

/** The help of one command, with the kinds of plan that are built in. */
export function commandHelp(
  command: CommandName,
  kinds: readonly {
    readonly system: string;
    readonly kind: string;
    readonly title: string;
    /** What TARGET is; empty for a plan about the whole cluster. */
    readonly target: string;
  }[],
): string {
  const list = kinds.map(
    ({ system, kind, title, target }) => `  ${system}: ${[kind, target].join(' ').trim()} (${title})`,
  );
  const names = [...new Set(kinds.map(({ system }) => system))].join(', ');
  const text = commands[command]
    .replace('KINDS', `Kinds:\n${list.length > 0 ? list.join('\n') : '  none yet'}`)
    .replace('SYSTEMS', names);
  return `${text}${exits}\n`;
}
