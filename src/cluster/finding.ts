import type { Range } from './place';

export type Severity = 'error' | 'warning' | 'information';

/** Another line of a file that a finding is about. Without `file` it is the finding's own file. */
export interface Related {
  readonly file?: string;
  readonly range: Range;
  readonly message: string;
}

/** A text to put in the place of another. */
export interface Edit {
  readonly range: Range;
  readonly newText: string;
  /** The same in the editor's syntax of snippets, where there is something to fill in. */
  readonly snippet?: string;
}

/** One edit that settles a finding. `safe` fixes may be applied without looking (fix-all). */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly safe?: boolean;
}

/** One message of one rule about one place in the cluster file. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}
