import type { DecodeOptions } from './decode.js';
import { type KeyFrame, keyFrames } from './ffprobe.js';
import { uprightOrientation } from './picture_stream.js';
import type { MediaInfo, VideoInfo } from './probe.js';
import type { FrameRange } from './ranges.js';
import { toNumber } from './rational.js';
import { frameStart } from './timing.js';

/** How pictures become upright from a frame on. */
export interface Turn {
  readonly frame: number;
  readonly rotation: number;
  readonly mirrored: boolean;
}

/** What becomes otherwise in mid-film, by what key frames say. */
export interface PictureChanges {
  /** The first frames of another pixel aspect or size than those before. */
  readonly shapes: readonly number[];
  /** Likewise of another colour matrix or range. */
  readonly colours: readonly number[];
  /** From which frames on pictures are to be turned otherwise than those before. */
  readonly turns: readonly Turn[];
  /** Whether pictures themselves ask to be turned, the key frames alone for all that follow. */
  readonly turning: boolean;
  /** Whether all frames say what their matrix is, or say nothing where players take it for the film's. */
  readonly tagged: boolean;
}

/** Codecs that tell of their pictures among the pictures themselves, in containers that do not speak for them. */
const TELLING = /^(mpeg1video|mpeg2video|h264|hevc|mpeg4|dvvideo)$/;
const OVERRULING = /mov|mp4|matroska|webm|asf|flv|mxf/;
/** What players take pictures for that do not say. */
const USUAL_MATRIX = /^(smpte170m|bt470bg)$/;

const NONE: PictureChanges = { shapes: [], colours: [], turns: [], turning: false, tagged: true };
const known = new WeakMap<VideoInfo, Map<number, Promise<PictureChanges>>>();

/**
 * Looks for changes from the film's beginning to the end of the last range, once for each film and end. Only key frames
 * are decoded: nothing changes between them.
 */
export function changesUntil(
  media: MediaInfo,
  ranges: readonly FrameRange[],
  signal?: AbortSignal,
): Promise<PictureChanges> {
  const { video, container } = media;
  const overruled = OVERRULING.test(container) && !video.turnsItself;
  if (media.pictures || !TELLING.test(video.codec) || overruled) return Promise.resolve(NONE);
  const last = ranges[ranges.length - 1].last;
  const looks = known.get(video) ?? new Map<number, Promise<PictureChanges>>();
  known.set(video, looks);
  const look = looks.get(last) ?? lookFor(media, last, signal);
  looks.set(last, look);
  // What was stopped is looked for again by the next.
  signal?.addEventListener('abort', () => looks.delete(last), { once: true });
  return look;
}

async function lookFor(
  { path, video }: MediaInfo,
  last: number,
  signal: AbortSignal | undefined,
): Promise<PictureChanges> {
  const seconds = last === video.frameCount - 1 ? undefined : frameStart(video, last + 1);
  // A film that begins with damage is told of by those who decode all of it.
  const frames = await keyFrames(path, video.streamIndex, { seconds, signal }).catch(() => []);
  signal?.throwIfAborted();
  const shapes: number[] = [];
  const turns: Turn[] = [];
  const own = { rotation: video.rotation, mirrored: video.mirrored ?? false };
  const alone = video.turnsItself ? { rotation: 0, mirrored: false } : own;
  let turned = own;
  const colours: number[] = [];
  for (let i = 1; i < frames.length; i++) {
    const [before, frame] = [frames[i - 1], frames[i]];
    const index = indexAt(video, frame.time);
    if (index === undefined || index > last) continue;
    if (frame.aspect !== before.aspect || frame.size !== before.size) shapes.push(index);
    const asks = frame.orientation.length > 0;
    // A word that was repeated with each key frame ends where it is not; one said once is for all that follow.
    const ended = !asks && before.orientation.length > 0 && frames[i - 2]?.orientation.length > 0;
    const now = asks ? orientationOf(frame) : ended ? alone : turned;
    if (now.rotation !== turned.rotation || now.mirrored !== turned.mirrored)
      turns.push({ frame: index, ...now });
    turned = now;
    if (meaning(frame) !== meaning(before)) colours.push(index);
  }
  const turning = frames.some(({ orientation }) => orientation.length > 0);
  const tagged = USUAL_MATRIX.test(video.colour.matrix) || isTagged(frames);
  return { shapes, colours, turns, turning, tagged };
}

const orientationOf = ({ orientation }: KeyFrame) =>
  uprightOrientation({ index: 0, side_data_list: orientation }, []);

/** As players take a picture's tags, and what they take it for without. */
function meaning({ matrix, range = 'tv' }: KeyFrame): string {
  return `${matrix === undefined || USUAL_MATRIX.test(matrix) ? 'usual' : matrix} ${range}`;
}

const isTagged = (frames: readonly KeyFrame[]): boolean => frames.every(({ matrix }) => matrix !== undefined);

/** The frame that is shown at a time in the file's seconds. */
function indexAt(video: VideoInfo, time: number | undefined): number | undefined {
  if (time === undefined) return undefined;
  const half = 0.5 / toNumber(video.frameRate);
  let [low, high] = [0, video.frameCount - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (frameStart(video, middle) <= time - video.startTime + (video.edges ? 1e-6 : half)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Frames of the ranges that become upright in one way. */
export interface PartByTurn {
  readonly part: readonly FrameRange[];
  readonly rotation: number;
  readonly mirrored: boolean;
}

/** The ranges, cut where pictures are to be turned otherwise. */
export function partsByTurn(
  { rotation, mirrored = false, frameCount }: VideoInfo,
  ranges: readonly FrameRange[],
  { turns }: PictureChanges,
): PartByTurn[] {
  return [{ frame: 0, rotation, mirrored }, ...turns]
    .map((turn, i) => {
      const end = (turns[i]?.frame ?? frameCount) - 1;
      const part = ranges
        .map(({ first, last }) => ({ first: Math.max(first, turn.frame), last: Math.min(last, end) }))
        .filter(({ first, last }) => first <= last);
      return { part, rotation: turn.rotation, mirrored: turn.mirrored };
    })
    .filter(({ part }) => part.length > 0);
}

/** Tells of those changes that lie in the ranges. */
export function tellChanges(
  { shapes, colours, turns }: PictureChanges,
  ranges: readonly FrameRange[],
  { onDamage }: Pick<DecodeOptions, 'onDamage'>,
): void {
  const within = (frame: number) => ranges.some(({ first, last }) => frame >= first && frame <= last);
  for (const changed of [...shapes, ...turns.map(({ frame }) => frame)])
    if (within(changed)) onDamage?.({ changed });
  const others = colours.filter(within);
  if (others.length > 0) onDamage?.({ colours: others });
}
