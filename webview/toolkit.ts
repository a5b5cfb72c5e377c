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
  vsCodeRadio,
  vsCodeRadioGroup,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/** Defines the elements that the functions below make. */
export function defineControls(): void {
  provideVSCodeDesignSystem().register(
    ...[vsCodeButton(), vsCodeDivider(), vsCodeDropdown(), vsCodeOption()],
    ...[vsCodeRadio(), vsCodeRadioGroup(), vsCodeTextField()],
  );
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

/** A field for a line of text, with its name above it. */
export function textField(id: string, label: string, example: string): HTMLElement & { value: string } {
  const element = document.createElement('vscode-text-field') as HTMLElement & { value: string };
  element.id = id;
  element.setAttribute('placeholder', example);
  element.textContent = label;
  return element;
}

/** A choice between a few; `onChoose` gets the value of the chosen one. */
export function radioGroup<T extends string>(
  label: string,
  choices: Readonly<Record<T, string>>,
  onChoose: (value: T) => void,
): HTMLElement & { value: string } {
  const group = document.createElement('vscode-radio-group') as HTMLElement & { value: string };
  const name = document.createElement('label');
  name.slot = 'label';
  name.textContent = label;
  group.append(name);
  for (const [value, text] of Object.entries<string>(choices)) {
    const radio = document.createElement('vscode-radio');
    radio.setAttribute('value', value);
    radio.textContent = text;
    group.append(radio);
  }
  group.addEventListener('change', () => onChoose(group.value as T));
  return group;
}
