/** Breaks text at blanks so that no line is longer than `width`; a longer word is cut. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(10, width);
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      let rest = word;
      if (line !== '' && line.length + 1 + rest.length > room) {
        lines.push(line);
        line = '';
      }
      while (rest.length > room) {
        lines.push(rest.slice(0, room));
        rest = rest.slice(room);
      }
      line = line === '' ? rest : `${line} ${rest}`;
    }
    return [...lines, line];
  });
}

/** Cuts each line to pieces of `width`, losing nothing: for commands and output, where blanks matter. */
export function cut(text: string, width: number): string[] {
  const room = Math.max(10, width);
  return text.split('\n').flatMap((line) => {
    const expanded = line.replaceAll('\t', '    ');
    const pieces = [expanded.slice(0, room)];
    for (let at = room; at < expanded.length; at += room) pieces.push(expanded.slice(at, at + room));
    return pieces;
  });
}

/** Time that passed, for people. */
export function elapsed(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

type Paint = (text: string) => string;

/** The few ways in which text stands out (SGR, ECMA-48, 8.3.117). */
export interface Paints {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** Paints for a terminal; without colour each leaves its text alone. */
export function paints(colour: boolean): Paints {
  const sgr = (on: number, off: number): Paint =>
    colour ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
  return { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), green: sgr(32, 39), yellow: sgr(33, 39) };
}
