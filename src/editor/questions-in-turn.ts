/** The answer of a person who wants to see the question before once more. */
export const back = Symbol('back');

/** One question of several; its answer is merged into those given so far. */
export interface Question<Answers> {
  /** Absent: always. One that is not needed is passed over, in both directions. */
  needed?(answers: Answers): boolean;
  /** undefined: the person gave up. What was answered before is the proposal. */
  ask(answers: Answers, canGoBack: boolean): Promise<Partial<Answers> | typeof back | undefined>;
}

/** Asks one question after the other, and back again where a person wants to; undefined when they gave up. */
export async function askInTurn<Answers extends object>(
  start: Answers,
  questions: readonly Question<Answers>[],
  first = 0,
): Promise<Answers | undefined> {
  let answers = start;
  const isNeeded = (at: number) => questions[at]?.needed?.(answers) ?? true;
  for (let at = first; at < questions.length;) {
    const question = questions[at];
    if (!question || !isNeeded(at)) {
      at += 1;
      continue;
    }
    const before = lastNeeded(at - 1, isNeeded);
    const answer = await question.ask(answers, before >= 0);
    if (answer === undefined) return undefined;
    if (answer === back) at = Math.max(before, 0);
    else {
      answers = { ...answers, ...answer };
      at += 1;
    }
  }
  return answers;
}

function lastNeeded(from: number, isNeeded: (at: number) => boolean): number {
  let at = from;
  while (at >= 0 && !isNeeded(at)) at -= 1;
  return at;
}
