/**
 * The one file that knows the component library: it is archived, and a successor only has to give the page
 * the same elements. Its badge and its determinate ring carry style attributes, which our policy forbids.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDivider,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';

/** Defines the elements <vscode-button>, <vscode-divider>, <vscode-dropdown> and <vscode-option>. */
export function defineControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDivider(), vsCodeDropdown(), vsCodeOption());
}

/** A button with a text. */
export function button(
  text: string,
  onClick: () => void,
  appearance: 'primary' | 'secondary' = 'secondary',
): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', appearance);
  element.textContent = text;
  element.addEventListener('click', onClick);
  return element;
}

/** A drop-down list; `onChoose` gets the value of the chosen option. */
export function dropdown(id: string, onChoose: (value: string) => void): HTMLElement & { value: string } {
  const element = document.createElement('vscode-dropdown') as HTMLElement & { value: string };
  element.id = id;
  element.addEventListener('change', () => onChoose(element.value));
  return element;
}

/** Replaces the options of a drop-down list, only when they changed: an open list must not jump. */
export function setOptions(
  list: HTMLElement & { value: string },
  options: readonly { readonly key: string; readonly name: string }[],
  chosen: string | undefined,
): void {
  const now = JSON.stringify(options);
  if (list.dataset['options'] !== now) {
    list.dataset['options'] = now;
    list.replaceChildren(
      ...options.map(({ key, name }) => {
        const option = document.createElement('vscode-option');
        option.setAttribute('value', key);
        option.textContent = name;
        return option;
      }),
    );
  }
  if (chosen !== undefined && list.value !== chosen) list.value = chosen;
}

export function divider(): HTMLElement {
  return document.createElement('vscode-divider');
}
