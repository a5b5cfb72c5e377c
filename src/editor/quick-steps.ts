import * as vscode from 'vscode';
import { back } from './questions-in-turn';

/** Where a question stands among the others. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}

/** Asks for one of several; undefined when the person gave up. */
export function chooseStep<T extends vscode.QuickPickItem>(
  place: Place,
  placeholder: string,
  items: readonly T[],
  active?: T,
): Promise<T | typeof back | undefined> {
  const pick = vscode.window.createQuickPick<T>();
  pick.items = items;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  if (active) pick.activeItems = [active];
  return answered(pick, place, () => pick.selectedItems[0]);
}

/** Asks for any number of several, all proposed at first; undefined when the person gave up. */
export function chooseSeveralStep<T extends vscode.QuickPickItem>(
  place: Place,
  placeholder: string,
  items: readonly T[],
): Promise<readonly T[] | typeof back | undefined> {
  const pick = vscode.window.createQuickPick<T>();
  pick.items = items;
  pick.canSelectMany = true;
  pick.selectedItems = items;
  pick.placeholder = placeholder;
  return answered(pick, place, () => pick.selectedItems);
}

/** Asks for a text, which is taken once nothing is wrong with it; undefined when the person gave up. */
export function typeStep(
  place: Place,
  { prompt, placeholder, value }: { prompt: string; placeholder: string; value: string },
  problemOf: (text: string) => Promise<string | undefined>,
): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.placeholder = placeholder;
  box.value = value;
  // What is being typed is not scolded: a problem is shown on Enter, and goes with the next change.
  box.onDidChangeValue(() => (box.validationMessage = undefined));
  return answered(box, place, async () => {
    const text = box.value.trim();
    box.validationMessage = await problemOf(text);
    return box.validationMessage === undefined ? text : undefined;
  });
}

function answered<T>(
  input: vscode.QuickInput & {
    readonly onDidAccept: vscode.Event<void>;
    buttons: readonly vscode.QuickInputButton[];
  } & {
    readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  { title, step, totalSteps, canGoBack }: Place,
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T | typeof back | undefined> {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  // Somebody looks an address up elsewhere and comes back.
  input.ignoreFocusOut = true;
  input.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve, reject) => {
    const end = (answer: T | typeof back | undefined) => {
      resolve(answer);
      input.dispose();
    };
    input.onDidAccept(() => {
      void (async () => {
        try {
          const answer = await read();
          if (answer !== undefined) end(answer);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          input.dispose();
        }
      })();
    });
    input.onDidTriggerButton((button) => button === vscode.QuickInputButtons.Back && end(back));
    input.onDidHide(() => end(undefined));
    input.show();
  });
}
