/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, no part
 * edited twice (Damerau 1964).
 */
function editDistance(a: string, b: string): number {
  const row = (): number[] => new Array(b.length + 1).fill(0);
  let before = row();
  let last = row();
  let now = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    [before, last, now] = [last, now, before];
    now[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        now[j] = Math.min(now[j], before[j - 2] + 1);
    }
  }
  return now[b.length];
}

/** Of more edits than this share of the longer word nobody would say it was meant. */
const LIKENESS = 0.4;
const MOST_EDITS = 3;

/**
 * The word of `among` that was most likely meant by `word`; undefined where none is near. Never throws.
 * @param word What was typed.
 * @param among What could have been typed.
 */
export function nearest(word: string, among: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of among) {
    const known = candidate.toLowerCase();
    const most = Math.min(MOST_EDITS, Math.max(1, LIKENESS * Math.max(typed.length, known.length)));
    // The beginning of a word is a word half typed.
    const begun = typed.length > 1 && known.startsWith(typed);
    // What is longer by more letters takes more edits: no table of a whole book is made for that.
    if (!begun && Math.abs(typed.length - known.length) > most) continue;
    const edits = begun ? 0.5 : editDistance(typed, known);
    if (edits > most || edits >= fewest || edits >= known.length) continue;
    best = candidate;
    fewest = edits;
  }
  return best;
}

/**
 * `; did you mean draft?` to end a message with, or nothing. Never throws.
 * @param word What was typed.
 * @param among What could have been typed.
 */
export function didYouMean(word: string, among: readonly string[]): string {
  const meant = nearest(word, among);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
