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
