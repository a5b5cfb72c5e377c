import type { Finding, Fix, Related, Severity } from './finding';
import type { Lines } from './lines';
import type { Range } from './place';

export interface ReportExtras {
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

/** Collects the findings of one document; one that reaches a place twice (through an alias) counts once. */
export class Report {
  private readonly keys = new Set<string>();
  private readonly all: Finding[] = [];
  private seen: number | undefined;
  private readonly breakEnd: number;

  /**
   * `brokenAt` is the offset at which the text stops making sense; it makes sense again on the next line,
   * or at `distrustedUntil` where that is later.
   */
  constructor(
    readonly text: string,
    readonly lines: Lines,
    readonly brokenAt: number | undefined,
    distrustedUntil = 0,
  ) {
    this.breakEnd = Math.max(distrustedUntil, this.endOfLine(brokenAt ?? 0));
  }

  /** The offset after the last character that a person can see; worked out once, for it may be far from the end. */
  get seenEnd(): number {
    return (this.seen ??= this.text.trimEnd().length);
  }

  get findings(): readonly Finding[] {
    return this.all;
  }

  /** How many findings there are; a mark for `since`. */
  get count(): number {
    return this.all.length;
  }

  /** The findings that came after the mark. */
  since(mark: number): readonly Finding[] {
    return mark === this.all.length ? [] : this.all.slice(mark);
  }

  /** Adds findings that are known from an earlier reading. */
  addAll(findings: readonly Finding[]): void {
    for (const finding of findings) this.keep(finding);
  }

  /** Adds a finding about offsets, unless the break in the text explains it already. */
  at(
    code: string,
    severity: Severity,
    place: { readonly start: number; readonly end: number },
    message: string,
    extras: ReportExtras = {},
  ): void {
    const { start, end } = place;
    if (this.isInBreak(start, end)) return;
    this.add(code, severity, this.lines.rangeInLine(start, end), message, extras);
  }

  /** Adds a finding about a range that was read, and therefore makes sense. */
  add(code: string, severity: Severity, range: Range, message: string, extras: ReportExtras = {}): void {
    this.keep({
      code,
      severity,
      message,
      range,
      related: extras.related ?? [],
      fixes: extras.fixes ?? [],
    });
  }

  private keep(finding: Finding): void {
    const { start, end } = finding.range;
    const key = `${finding.code} ${start.line}:${start.character}-${end.line}:${end.character} ${finding.message}`;
    if (this.keys.has(key)) return;
    this.keys.add(key);
    this.all.push(finding);
  }

  /** Whether what stands there may be a mere consequence of the break in the text. */
  isInBreak(start: number, end: number): boolean {
    return this.brokenAt !== undefined && end >= this.brokenAt && start < this.breakEnd;
  }

  /** Whether what ends at this offset was cut short by the break, or comes after it. */
  isCut(end: number): boolean {
    return (
      this.brokenAt !== undefined &&
      (end >= this.brokenAt || /^\s*$/.test(this.text.slice(end, this.brokenAt)))
    );
  }

  private endOfLine(offset: number): number {
    const at = this.text.indexOf('\n', offset);
    return at === -1 ? this.text.length : at;
  }
}

/** A fix that replaces one range by another text. */
export function replaceWith(range: Range, newText: string, safe = false): Fix {
  return { title: `Change to ${newText}`, edits: [{ range, newText }], ...(safe ? { safe } : {}) };
}
