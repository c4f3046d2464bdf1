import { readFile } from 'node:fs/promises';
import { NstError } from '../../error.js';
import type { VideoInfo } from '../../frames/probe.js';
import { frameStart } from '../../frames/timing.js';
import { printable } from '../../printable.js';
import type { ShotStart } from '../../temporal/shots.js';
import { secondsOf } from '../options/style_values.js';

/** A frame's time may be rounded to hundredths where it is written down. */
const ROUNDING = 0.006;

/**
 * Reads where shots begin from a file of the user's: what `nst-video shots --json` prints, or plain text with a frame
 * number (`30`) or a time (`1.20s`, `00:00:01.20`) on each line; `#` begins a remark. A time means the frame that is
 * seen then. The film's first frame may be named and need not be.
 *
 * @returns ascending, each once, without frame 0.
 * @throws NstError input FILE_MISSING; usage SHOTS_BAD naming the file, the line and what is expected there.
 */
export async function readShotsFile(path: string, video: VideoInfo): Promise<ShotStart[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const found =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'one that cannot be read';
    throw new NstError('input', 'FILE_MISSING', `--shots ${path}: expected a file, found ${found}`, {
      cause,
    });
  }
  const frames = text.trimStart().startsWith('{')
    ? framesOfJson(path, text)
    : framesOfLines(path, text, video);
  for (const { frame, place } of frames)
    if (frame >= video.frameCount)
      throw bad(path, place, `a frame from 0 to ${video.frameCount - 1}`, String(frame));
  const ascending = [...new Set(frames.map(({ frame }) => frame))].sort((a, b) => a - b);
  return ascending.filter((frame) => frame > 0).map((frame) => ({ frame, boundary: 'given' }));
}

interface Named {
  readonly frame: number;
  /** Where it stands in the file, for messages. */
  readonly place: string;
}

function bad(path: string, place: string, expected: string, found: string): NstError {
  const sentence = `--shots ${path}, ${place}: expected ${expected}, found "${printable(found, 80)}"`;
  return new NstError('usage', 'SHOTS_BAD', sentence);
}

function framesOfJson(path: string, text: string): Named[] {
  let shots: unknown;
  try {
    ({ shots } = JSON.parse(text) as { shots: unknown });
  } catch {
    throw bad(path, 'line 1', 'JSON as nst-video shots --json prints it', text.trim().slice(0, 20));
  }
  if (!Array.isArray(shots)) throw bad(path, 'shots', 'a list', String(shots));
  return shots.map((shot, i) => {
    const place = `shot ${i + 1}`;
    const first: unknown = shot?.first;
    if (!Number.isInteger(first) || (first as number) < 0)
      throw bad(path, place, 'a frame number as its first', String(first));
    return { frame: first as number, place };
  });
}

function framesOfLines(path: string, text: string, video: VideoInfo): Named[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const said = line.replace(/#.*/, '').trim();
    const place = `line ${i + 1}`;
    if (said === '') return [];
    if (/^\d+$/.test(said)) return [{ frame: Number(said), place }];
    const seconds = secondsOf(said);
    if (seconds === undefined)
      throw bad(path, place, 'a frame number or a time such as 1.20s or 00:00:01.20', said);
    const frame = frameAt(video, seconds);
    if (frame === undefined)
      throw bad(path, place, `a time before the film's end, ${frameStart(video, video.frameCount)} s`, said);
    return [{ frame, place }];
  });
}

/** The frame that is seen at a time; undefined after the film's end. */
function frameAt(video: VideoInfo, seconds: number): number | undefined {
  if (seconds >= frameStart(video, video.frameCount)) return undefined;
  let low = 0;
  let high = video.frameCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frameStart(video, middle) <= seconds + ROUNDING) low = middle;
    else high = middle - 1;
  }
  return low;
}
