/** The candidate that the written word was probably meant to be, or undefined. */
export function nearMiss(written: string, candidates: Iterable<string>): string | undefined {
  const plain = simplify(written);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate === written) continue;
    const target = simplify(candidate);
    const allowed = target.length >= 5 ? 2 : 1;
    if (Math.abs(target.length - plain.length) > allowed) continue;
    const distance = plain === target ? 0 : editDistance(plain, target);
    // A word of two letters is one edit away from nearly everything.
    if (distance > 0 && target.length < 3) continue;
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Whether two words differ only in case, hyphens and underscores. */
export function sameWord(a: string, b: string): boolean {
  return simplify(a) === simplify(b);
}

function simplify(word: string): string {
  return word
    .slice(0, 80)
    .toLowerCase()
    .replaceAll(/[-_\s]/g, '');
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (before[j - 2] ?? 0) + 1);
      }
      row.push(value);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
