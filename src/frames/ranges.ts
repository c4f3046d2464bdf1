import { invalidArgument, NstError } from '../error.js';

/** Frames `first` to `last`, both included, counted from 0 in the source. */
export interface FrameRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `0-99,120-,7`: ranges and single frames; an open end means the last frame. Sorted; touching ones are joined.
 *
 * @param frameCount of the source.
 * @throws NstError usage INVALID_ARGUMENT, FRAMES_OUTSIDE; both name `--frames`.
 */
export function parseRanges(text: string, frameCount: number): FrameRange[] {
  const ranges = text.split(',').map((part) => {
    const match = /^\s*(\d+)\s*(?:(-)\s*(\d*)\s*)?$/.exec(part);
    if (!match) throw invalidArgument('--frames', 'ranges such as 0-99,120-', text);
    const first = Number(match[1]);
    const last = match[2] ? (match[3] ? Number(match[3]) : frameCount - 1) : first;
    if (first >= frameCount || last >= frameCount) {
      const sentence = `--frames: expected frames 0 to ${frameCount - 1}, found "${part.trim()}".`;
      throw new NstError('usage', 'FRAMES_OUTSIDE', sentence);
    }
    if (last < first) throw invalidArgument('--frames', 'the first frame before the last', part.trim());
    return { first, last };
  });
  return joinRanges(ranges);
}

/** As parseRanges reads them. */
export function showRanges(ranges: readonly FrameRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** Sorted, with overlapping and touching ranges made one. */
export function joinRanges(ranges: readonly FrameRange[]): FrameRange[] {
  const joined: FrameRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const previous = joined.at(-1);
    if (previous && range.first <= previous.last + 1) {
      joined[joined.length - 1] = { first: previous.first, last: Math.max(previous.last, range.last) };
    } else joined.push(range);
  }
  return joined;
}

export function countFrames(ranges: readonly FrameRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Every frame number in order. */
export function* frameNumbers(ranges: readonly FrameRange[]): Generator<number> {
  for (const { first, last } of ranges) for (let i = first; i <= last; i++) yield i;
}

/** Whether the ranges are simply all frames. */
export function isWhole(ranges: readonly FrameRange[] | undefined, frameCount: number): boolean {
  if (!ranges) return true;
  const joined = joinRanges(ranges);
  return joined.length === 1 && joined[0].first === 0 && joined[0].last === frameCount - 1;
}

/** Frame numbers in a sentence: `frame 3`, `frames 3, 5-7`; the rest of a long list is counted. */
export function listFrames(numbers: readonly number[]): string {
  const ranges = joinRanges(numbers.map((frame) => ({ first: frame, last: frame })));
  const named = ranges.slice(0, 8).map(({ first, last }) => (first === last ? first : `${first}-${last}`));
  const more = ranges.length > 8 ? ` and others, ${numbers.length} in all` : '';
  return `${numbers.length === 1 ? 'frame' : 'frames'} ${named.join(', ')}${more}`;
}
