/**
 * One script, one channel, many questions: each part's output comes with its name before every line, so that no
 * output can pass for that of another part, and each part's end is told, so that a cut answer is read as far as it came.
 */

/** What one part printed. */
export interface Part {
  readonly text: string;
  /** It came to its end and was not longer than what is kept. */
  readonly isWhole: boolean;
}

/** Parts by name; one that never began is absent. */
export type Parts = ReadonlyMap<string, Part>;

/** Bytes kept of one part: a thousand chunkservers with thirty disks each. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Seconds for one command that may hang, such as one that asks a dead disk. */
const LIMIT_SECONDS = 5;

/**
 * The script for parts of shell text by name. In them `limited COMMAND…` runs a program with a limit (timeout(1) of
 * coreutils or busybox; without it there is only the limit of the whole) of $limit seconds.
 */
export function partsScript(parts: Readonly<Record<string, string>>): string {
  const limited = `limit=${LIMIT_SECONDS}
limited() {
if command -v timeout >/dev/null 2>&1; then timeout "$limit" "$@"; else "$@"; fi
}`;
  const each = Object.entries(parts).map(([name, shell]) => {
    if (!/^[a-z][a-z0-9]*$/.test(name)) throw new RangeError(`'${name}' cannot be the name of a part.`);
    return `{ echo
${shell}
echo
} 2>/dev/null </dev/null | head -c ${MOST_BYTES} | sed 's/^/${name}|/'
printf '\\n=%s\\n' ${name}`;
  });
  return [limited, ...each].join('\n');
}

/** Reads what `partsScript` printed, however much of it came. Never throws. */
export function readParts(stdout: string): Parts {
  const texts = new Map<string, string[]>();
  const ended = new Set<string>();
  // The last line has no end: it may be half of one.
  for (const line of stdout.split('\n').slice(0, -1)) {
    const end = /^=([a-z][a-z0-9]*)$/.exec(line)?.[1];
    if (end !== undefined) {
      ended.add(end);
      continue;
    }
    const bar = line.indexOf('|');
    const name = line.slice(0, bar);
    if (bar < 1 || !/^[a-z][a-z0-9]*$/.test(name)) continue;
    const lines = texts.get(name);
    const text = line.slice(bar + 1).replace(/\r$/, '');
    if (lines) lines.push(text);
    else texts.set(name, [text]);
  }
  return new Map(
    [...texts].map(([name, lines]) => {
      const text = lines.join('\n').trim();
      return [name, { text, isWhole: ended.has(name) && text.length < MOST_BYTES - 1 }] as const;
    }),
  );
}

/** The text of a part that came whole and is not empty; undefined: the node did not tell. */
export function told(parts: Parts, name: string): string | undefined {
  const part = parts.get(name);
  return part?.isWhole && part.text !== '' ? part.text : undefined;
}

/** The text of a part as far as it came. */
export function heard(parts: Parts, name: string): string {
  return parts.get(name)?.text ?? '';
}

/** What `partsScript` would print for these texts: the answer of a simulated node. */
export function partsAnswer(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, text]) => `${`${text}\n`.replace(/^/gm, `${name}|`)}\n=${name}\n`)
    .join('');
}
