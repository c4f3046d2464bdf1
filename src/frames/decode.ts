import { setImmediate } from 'node:timers/promises';
import { NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { type Child, childError, startChild } from './child.js';
import { chromaPlace, isGrey } from './colour.js';
import { decodePictures } from './decode_pictures.js';
import { everyFrameOnce, findFfmpeg } from './ffmpeg.js';
import { SAY_TIME, saidTimes, selectFilter, slotEnd } from './frame_slots.js';
import { mediaInput } from './media_input.js';
import { changesUntil, partsByTurn, tellChanges } from './picture_changes.js';
import type { MediaInfo, VideoInfo } from './probe.js';
import { type FrameRange, frameNumbers, joinRanges, listFrames } from './ranges.js';
import { EXACT_FLAGS, sameCodes } from './raw_frame.js';
import { pictureFromRaw, type RawLayout, rawLayout } from './raw_layout.js';
import { resizePicture } from './resize.js';
import { toneMapFilters } from './tone_map.js';

export interface DecodeOptions {
  /** Size of the pictures; the source's display size means no resampling. */
  readonly width: number;
  readonly height: number;
  /** Which frames; all by default. */
  readonly ranges?: readonly FrameRange[];
  readonly signal?: AbortSignal;
  /** Takes sentences on pictures that are not quite as they should be. */
  readonly warn?: (sentence: string) => void;
  /** Hears of frames that cannot be decoded, of those from which on the picture has another shape or other colour tags, and near which the first error is. */
  readonly onDamage?: (damage: {
    readonly held?: readonly number[];
    readonly changed?: number;
    readonly colours?: readonly number[];
    readonly reported?: number;
  }) => void;
}

export interface DecodedFrame {
  /** Counted from 0 in the source. */
  readonly index: number;
  /** R'G'B' 0..255, upright, square pixels; not clipped. Has an alpha where the film has one. */
  readonly picture: Picture;
}

/**
 * Decodes frames in order, each once. The pipe is read only as fast as frames are taken; leaving the loop ends ffmpeg.
 * A frame that cannot be decoded shows the last one before it, at the film's beginning the first after it.
 *
 * @throws NstError input DECODE_FAILED, FRAMES_MISSING, and as decodePictures; kind interrupted on abort.
 */
export async function* decodeFrames(media: MediaInfo, options: DecodeOptions): AsyncGenerator<DecodedFrame> {
  if (media.pictures) return yield* decodePictures(media.pictures, media.video, options);
  const ranges = joinRanges(options.ranges ?? [{ first: 0, last: media.video.frameCount - 1 }]);
  const changes = await changesUntil(media, ranges, options.signal);
  tellChanges(changes, ranges, options);
  for (const { part, rotation, mirrored } of partsByTurn(media.video, ranges, changes))
    yield* readPart(media, options, part, {
      ...{ fromStart: false, careful: false, rotation, mirrored },
      fitted: changes.shapes.length > 0 || changes.turns.length > 0,
      matrices: changes.colours.length > 0 && changes.tagged,
      told: changes.shapes.length > 0 || changes.turning,
    });
}

async function* readPart(
  media: MediaInfo,
  options: DecodeOptions,
  ranges: readonly FrameRange[],
  begin: Reading,
): AsyncGenerator<DecodedFrame> {
  const numbers = [...frameNumbers(ranges)];
  let given = 0;
  let reading = anyShape(media.video, begin);
  for (;;) {
    try {
      for await (const frame of readFrames(media, options, ranges, reading)) {
        // What an earlier reading gave already.
        if (frame.index < numbers[given]) continue;
        yield frame;
        given++;
      }
      return;
    } catch (error) {
      if (!(error instanceof ReadAnew)) throw error;
      reading = anyShape(media.video, { ...reading, ...error.reading });
    }
  }
}

/** Frames without times that may change their shape can only be counted, from the first on. */
const anyShape = ({ untimed }: VideoInfo, reading: Reading): Reading =>
  untimed && reading.fitted ? { ...reading, fromStart: true } : reading;

/** How ffmpeg is run: the plain way, until the film shows that it needs more. */
interface Reading {
  /** Whether all frames before the wanted ones are decoded, to find the last good one. */
  readonly fromStart: boolean;
  /** Whether frames of another shape or turn than the first are fitted with bars. */
  readonly fitted: boolean;
  /** One thread: what decoders make of damage with several differs from run to run. */
  readonly careful: boolean;
  /** Whether frames of another colour matrix than the film's are brought to that. */
  readonly matrices: boolean;
  /** Whether changes of shape are told of by key frames, not by ffmpeg's building its filters anew. */
  readonly told: boolean;
  /** How the pictures become upright: see VideoInfo. */
  readonly rotation: number;
  readonly mirrored: boolean;
}

class ReadAnew extends Error {
  constructor(readonly reading: Partial<Reading>) {
    super('the film is to be read in another way');
  }
}

async function* readFrames(
  media: MediaInfo,
  options: DecodeOptions,
  ranges: readonly FrameRange[],
  reading: Reading,
): AsyncGenerator<DecodedFrame> {
  const { width, height, signal } = options;
  const video = afterToneMap(media.video);
  const raw = rawLayout(video, { width, height });
  const tools = await findFfmpeg();
  const args = [
    ...['-v', 'error', '-nostdin', '-noautorotate', '-copyts'],
    ...(reading.careful ? ['-threads', '1'] : []),
    ...(video.decoder ? [`-c:${video.streamIndex}`, video.decoder] : []),
    ...mediaInput(media.path),
    ...['-map', `0:${video.streamIndex}`, '-an', '-sn', '-dn', '-vf', filters(video, raw, ranges, reading)],
    ...everyFrameOnce(tools),
    ...['-f', 'rawvideo', 'pipe:1'],
  ];
  const child = startChild(tools.ffmpeg, args, signal, { third: true });
  child.stdin.end();
  const times = saidTimes(child.third!);
  const numbers = [...frameNumbers(ranges)];
  const wanted = (slot: number) => numbers[given] === slot;
  let given = 0;
  let previous = -1;
  let slot = reading.fromStart ? 0 : numbers[0];
  let shown: Picture | undefined;
  const held: number[] = [];
  let complaint: number | undefined;
  const hold = (): DecodedFrame[] => {
    if (!wanted(slot)) return [];
    // The last good frame before a range is to be seen, so that any part of a film is painted as in the whole.
    if (slot !== previous + 1) throw new ReadAnew({ fromStart: true });
    held.push(slot);
    given++;
    return shown ? [{ index: slot, picture: shown }] : [];
  };
  const next = () => {
    previous = slot;
    slot = reading.fromStart ? slot + 1 : (numbers[given] ?? video.frameCount);
  };
  try {
    for await (const bytes of rawFrames(child, raw.bytes)) {
      const said = await times();
      // What ffmpeg complained of before it gave this frame is read by then.
      await setImmediate();
      if (child.complained() && !reading.careful) throw new ReadAnew({ careful: true });
      if (child.complained()) complaint ??= slot;
      if (said?.anew && !reading.fitted) throw new ReadAnew({ fitted: true });
      const picture = resizePicture(pictureFromRaw(bytes, raw, video), width, height);
      const time = video.untimed ? undefined : said?.time;
      while (time !== undefined && slot < video.frameCount - 1 && time > slotEnd(video, slot)) {
        const [frame] = hold();
        // Before the film's first good frame there is none to hold.
        if (frame) yield frame;
        else if (held.at(-1) === slot) yield { index: slot, picture };
        next();
      }
      // One frame more than the film counts, at a time that is taken.
      if (time !== undefined && shown && slot > 0 && time <= slotEnd(video, slot - 1) && time > 0) continue;
      shown = picture;
      if (wanted(slot)) {
        if (said?.anew && !reading.told) options.onDamage?.({ changed: slot });
        given++;
        yield { index: slot, picture };
      }
      next();
      if (given === numbers.length) break;
    }
    if (given < numbers.length) await child.ended;
    if (!shown && (reading.fromStart || numbers[0] === 0)) {
      const sentence = `${media.path}: no frame of it can be decoded.`;
      throw new NstError('input', 'FRAMES_MISSING', sentence);
    }
    while (given < numbers.length) {
      yield* hold();
      next();
    }
    if (held.length > 0) options.onDamage?.({ held });
    if (child.complained()) complaint ??= previous;
    if (complaint !== undefined) options.onDamage?.({ reported: Math.max(0, complaint) });
    if (media.strict && (held.length > 0 || complaint !== undefined)) {
      const what =
        held.length > 0
          ? `${listFrames(held)} cannot be decoded`
          : `ffmpeg reports errors near frame ${Math.max(0, complaint!)}`;
      throw new NstError('input', 'FRAMES_MISSING', `${media.path}: ${what} (--strict).`);
    }
  } catch (error) {
    throw childError(error, 'input', 'DECODE_FAILED', `${media.path} cannot be decoded`);
  } finally {
    child.stop();
  }
}

/** A tone-mapped film as what the filters make of it. */
function afterToneMap(video: VideoInfo): VideoInfo {
  return video.toneMap ? { ...video, pixelFormat: TONE_MAPPED, bitDepth: 16 } : video;
}

const TONE_MAPPED = 'yuv444p16le';

const TURNS: Record<number, string> = {
  0: 'null',
  90: 'transpose=clock',
  180: 'hflip,vflip',
  270: 'transpose=cclock',
};

function filters(
  video: VideoInfo,
  raw: RawLayout,
  ranges: readonly FrameRange[],
  { fromStart, fitted, matrices, rotation, mirrored }: Reading,
): string {
  // A field is filled in from the frames around it, so they are taken apart before any is chosen.
  const steps = video.deinterlace ? [`bwdif=mode=send_frame:parity=${video.deinterlace}:deint=all`] : [];
  // Filters that ffmpeg builds anew count from 0 again.
  const chosen = fitted && video.untimed ? undefined : selectFilter(video, ranges, fromStart);
  if (chosen) steps.push(chosen);
  steps.push(SAY_TIME);
  if (video.toneMap) steps.push(toneMapFilters(video.toneMap.colour, video.toneMap.curve, TONE_MAPPED));
  if (mirrored) steps.push('hflip');
  steps.push(TURNS[rotation]);
  if (!raw.direct) {
    const same = raw.width * raw.height === video.width * video.height;
    // Bicubic is what brings chroma to full size where luma keeps its own: the encoder's side does the inverse.
    const flags = `flags=${same ? 'bicubic' : 'lanczos'}+${EXACT_FLAGS}`;
    // What full range is untagged of is known by its format, not by its frames.
    const adapting = !video.toneMap && !isGrey(video.pixelFormat) && !/^yuvj/.test(video.pixelFormat);
    const codes = `${sameCodes(video.colour, adapting, adapting && matrices)}${chromaPlace('in', video.pixelFormat)}`;
    const size = fitted ? fittedSize(video, raw) : `${raw.width}:${raw.height}`;
    steps.push(`scale=${size}:${flags}:${codes}`);
  }
  steps.push(`format=${raw.format}`);
  if (!fitted) return steps.join(',');
  if (raw.direct) steps.push(`scale=${fittedSize(video, raw)}:flags=bicubic`, `format=${raw.format}`);
  return [...steps, `pad=${raw.width}:${raw.height}:-1:-1:eval=frame`, `format=${raw.format}`].join(',');
}

/** The size of a frame in ffmpeg's expressions: the film's own fills the picture, any other keeps its aspect in it. */
function fittedSize(video: VideoInfo, raw: RawLayout): string {
  const turned = video.rotation % 180 !== 0;
  const [w, h] = turned ? [video.height, video.width] : [video.width, video.height];
  const own = `eq(iw,${w})*eq(ih,${h})*lt(abs(sar/${sampleAspect(video)}-1),1e-4)`;
  const aspect = `(dar*${video.displayHeight}/${video.displayWidth})`;
  const side = (most: number, share: string) =>
    `'if(${own},${most},max(2,min(${most},round(${most}*${share}))))'`;
  return `w=${side(raw.width, aspect)}:h=${side(raw.height, `1/${aspect}`)}:eval=frame`;
}

/** Of the upright picture. */
function sampleAspect({ sampleAspect: { numerator, denominator }, rotation }: VideoInfo): string {
  return rotation % 180 === 0 ? `(${numerator}/${denominator})` : `(${denominator}/${numerator})`;
}

/** Cuts what a child writes into frames, each in a buffer of its own. */
async function* rawFrames(child: Child, bytesPerFrame: number): AsyncGenerator<Uint8Array> {
  let bytes = new Uint8Array(bytesPerFrame);
  let filled = 0;
  for await (const piece of child.stdout as AsyncIterable<Buffer>) {
    for (let taken = 0; taken < piece.length; ) {
      const take = Math.min(piece.length - taken, bytes.length - filled);
      bytes.set(piece.subarray(taken, taken + take), filled);
      taken += take;
      filled += take;
      if (filled < bytes.length) continue;
      yield bytes;
      bytes = new Uint8Array(bytesPerFrame);
      filled = 0;
    }
  }
}
