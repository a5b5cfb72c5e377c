import { PATH } from './shell';

const MARK = 'standby-answer';

/**
 * The command line of a conversation: a loop that answers once by itself, as its greeting, and then each time a
 * number arrives on its stdin, with which it also ends. `answer` is shell text of one line that sets $answer.
 * dash (which has no `read -t`), busybox ash and bash run it without a fork; `exec` leaves no second shell beside it.
 */
export function loopLine(answer: string): string {
  const script = `n=0; while :; do ${answer}; echo "${MARK} $n $answer"; read -r n || exit 0; done`;
  return `exec env LC_ALL=C PATH=${PATH} sh -c '${script.replaceAll("'", `'\\''`)}'`;
}

/** The `answer` in a line that `loopLine` made, or undefined. The demo's servers read with it. */
export function answerIn(line: string): string | undefined {
  const found = /^exec env LC_ALL=C PATH=\S+ sh -c 'n=0; while :; do (.*); echo "standby-answer /.exec(line);
  const answer = found?.[1]?.replaceAll(`'\\''`, "'");
  return answer !== undefined && loopLine(answer) === line ? answer : undefined;
}

/** The line that answers question `n`. */
export function answerLine(n: number, answer: string): string {
  return `${MARK} ${n} ${answer}\n`;
}

/** Reads an answer, whatever stands before it on its line. */
export function readAnswer(line: string): { readonly n: number; readonly text: string } | undefined {
  const found = /standby-answer (\d{1,15}) (.*)$/.exec(line);
  return found ? { n: Number(found[1]), text: found[2] ?? '' } : undefined;
}

const DONE = 'standby-done';

/**
 * A script that runs another one each time a number arrives on its stdin, with which it also ends. After each run,
 * and once at the beginning, it marks both of its outputs with the number and the exit status. The shell gathers what a
 * run prints, since the server packs, encrypts and sends each piece by itself; of the ends of lines at its end one stays.
 */
export function standingScript(script: string): string {
  return `${standingHead}${script}${standingTail}`;
}

const standingHead = `run() {
`;
const standingTail = `
}
n=0 s=0 said=
while echo "${DONE} $n $s" >&2; printf '%s\\n' \${said:+"$said"} "${DONE} $n $s"; read -r n; do
said=$(exec </dev/null; run)
s=$?
done`;

/** The script in one that `standingScript` made, or undefined. The demo's servers read with it. */
export function standingIn(script: string): string | undefined {
  return script.startsWith(standingHead) && script.endsWith(standingTail)
    ? script.slice(standingHead.length, -standingTail.length)
    : undefined;
}

/** The mark behind a run. */
export function doneLine(n: number, status: number): string {
  return `${DONE} ${n} ${status}\n`;
}

/** What an output holds before the mark of run `n`, which may follow on a last line without end. */
export function readDone(
  output: string,
  n: number,
): { readonly text: string; readonly status: number } | undefined {
  const at = output.lastIndexOf(`${DONE} ${n} `);
  const found = at < 0 ? undefined : /^\S+ \d+ (\d{1,3})\n$/.exec(output.slice(at));
  return found ? { text: output.slice(0, at), status: Number(found[1]) } : undefined;
}
