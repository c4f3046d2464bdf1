import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidArgument, NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { rgbaFromPicture, yuvaFromPicture } from './alpha.js';
import { flushAndPublish, removeStaleTemporaries, temporaryName } from './atomic.js';
import { type Child, childError, startChild } from './child.js';
import { bitDepth, type Colour, chromaPlace, chromaSteps, hasAlpha, isRgb, outputColour } from './colour.js';
import { type EncoderSettings, encoderOf, videoEncoder } from './encoder.js';
import { everyFrameOnce, findFfmpeg, mediaPath } from './ffmpeg.js';
import { countPackets } from './ffprobe.js';
import { type PicturePipe, picturePipe } from './film_clock.js';
import { containerOf } from './output.js';
import type { MediaInfo } from './probe.js';
import { type FrameRange, isWhole, joinRanges } from './ranges.js';
import type { Rational } from './rational.js';
import { EXACT_FLAGS, rgb24FromPicture, rgb48FromPicture, sameCodes, yuvFromPicture } from './raw_frame.js';
import { rangeStreams, wholeStreams } from './streams.js';

/** JPEG states no matrix and no range: every decoder takes it for this one (JFIF 1.02). */
const JPEG_COLOUR = (colour: Colour): Colour => ({ ...colour, matrix: 'bt470bg', range: 'full' });

export interface EncodeOptions {
  /** Where the film goes; its extension decides the container. An existing file is replaced when all is done. */
  readonly output: string;
  readonly width: number;
  readonly height: number;
  /** Where the source's rate varies, each frame instead keeps the source's times. */
  readonly frameRate: Rational;
  /** The pictures in order, R'G'B' 0..255; values outside are clipped. */
  readonly frames: AsyncIterable<Picture>;
  /** Where sound, subtitles, chapters and titles come from. */
  readonly source: MediaInfo;
  /** Which frames of the source these are; all by default. */
  readonly ranges?: readonly FrameRange[];
  readonly encoder?: EncoderSettings;
  /** How the film states its colours; the source's by default. */
  readonly colour?: Colour;
  readonly signal?: AbortSignal;
}

/**
 * Writes pictures and the source's sound as a film: under a temporary name, checked, flushed, renamed.
 *
 * @returns sentences on what was converted or left out.
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN, INVALID_ARGUMENT, ENCODE_FAILED; resources DISK_FULL;
 *   input OUTPUT_NOT_WRITABLE; kind interrupted on abort. What the frames' iterable throws passes through.
 */
export async function encodeFilm(options: EncodeOptions): Promise<{ notes: string[] }> {
  const { output, source, encoder = {}, signal } = options;
  const container = containerOf(output);
  const { codec, pixelFormat } = encoderOf(container, encoder);
  assertDivisible(options, pixelFormat);
  const wanted = options.colour ?? source.video.colour;
  const colour = codec === 'mjpeg' ? JPEG_COLOUR(wanted) : outputColour(wanted, pixelFormat, options.height);
  const layout = pipeLayout(pixelFormat);
  const { width, height, ranges, frameRate } = options;
  const timing = { ...source.video, frameRate };
  const whole = isWhole(ranges, source.video.frameCount);
  const streams = whole
    ? wholeStreams(source, container)
    : rangeStreams(source, container, joinRanges(ranges!), timing);

  // Sound keeps its distance to the picture: it moves by what the first frame moves to be at 0, and then all moves
  // together by what sound comes before it. The picture alone cannot be moved: its clock ticks once a frame.
  const others = source.audio.length + source.subtitles.length > 0;
  const lead = others ? source.video.startTime - source.startTime : 0;

  const tools = await findFfmpeg();
  const pipe = picturePipe({ width, height, format: layout.format, timing, ranges, container, codec }, tools);
  const temporary = temporaryName(output);
  const args = [
    ...['-v', 'error', '-y', '-copyts'],
    ...pipe.input,
    ...(whole && !source.pictures ? ['-itsoffset', String(-source.video.startTime)] : []),
    ...(source.pictures ? [] : ['-i', mediaPath(source.path)]),
    ...(streams.filter ? ['-filter_complex', streams.filter] : []),
    ...['-map', '0:v', '-disposition:v', 'default', '-vf', videoFilters(layout.format, pixelFormat, colour)],
    ...[
      ...videoEncoder(container, encoder, codec, pixelFormat),
      ...colourTags(colour),
      ...everyFrameOnce(tools),
    ],
    ...pipe.output,
    ...[...streams.args, '-map_metadata', source.pictures ? '-1' : '1'],
    ...['-map_chapters', whole && !source.pictures ? '1' : '-1'],
    ...(whole && lead > 0 ? ['-output_ts_offset', String(lead)] : []),
    ...(/^(mp4|mov)$/.test(container.format) ? ['-movflags', '+faststart'] : []),
    ...['-max_muxing_queue_size', '4096', ...(encoder.extra ?? []), '-f', container.format],
    mediaPath(temporary),
  ];
  await removeStaleTemporaries(output);
  const child = startChild(tools.ffmpeg, args, signal);
  try {
    const sent = await sendFrames(child, options, pipe, (picture) => layout.pack(picture, colour));
    await child.ended;
    const written = await countPackets(temporary);
    // More packets than frames are hidden reference frames of VP8.
    if (written < sent || sent === 0) {
      const sentence = `${output}: expected ${sent} frames in the encoded film, found ${written}.`;
      throw new NstError('usage', 'ENCODE_FAILED', sentence);
    }
    await flushAndPublish(temporary, output);
  } catch (error) {
    child.stop();
    await child.ended.catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw encodeError(error, output);
  }
  return { notes: [...streams.notes] };
}

async function sendFrames(
  child: Child,
  { frames, width, height }: EncodeOptions,
  pipe: PicturePipe,
  pack: (picture: Picture) => Uint8Array | Uint16Array,
): Promise<number> {
  // An encoder that stops early must wake the wait for its pipe to drain.
  const ended = child.ended.then(
    () => true,
    () => true,
  );
  let sent = 0;
  child.stdin.write(pipe.head);
  for await (const picture of frames) {
    if (picture.width !== width || picture.height !== height) {
      throw invalidArgument('frame size', `${width}x${height}`, `${picture.width}x${picture.height}`);
    }
    const { buffer, byteOffset, byteLength } = pack(picture);
    child.stdin.write(pipe.frameHead(sent, byteLength));
    const room = child.stdin.write(new Uint8Array(buffer, byteOffset, byteLength));
    sent++;
    if (
      !room &&
      (await Promise.race([
        once(child.stdin, 'drain').then(
          () => false,
          () => true,
        ),
        ended,
      ]))
    )
      break;
  }
  child.stdin.end();
  return sent;
}

/** Pictures go through the pipe in the film's own depth where nothing is left for swscale to do, else in 16 bits. */
function pipeLayout(pixelFormat: string): {
  format: string;
  pack: (picture: Picture, colour: Colour) => Uint8Array | Uint16Array;
} {
  const depth = bitDepth(pixelFormat);
  if (hasAlpha(pixelFormat)) {
    return isRgb(pixelFormat)
      ? { format: depth === 8 ? 'rgba' : 'rgba64le', pack: (p) => rgbaFromPicture(p, depth === 8 ? 8 : 16) }
      : { format: 'yuva444p16le', pack: (p, colour) => yuvaFromPicture(p, colour, depth) };
  }
  if (isRgb(pixelFormat)) {
    return depth === 8
      ? { format: 'rgb24', pack: rgb24FromPicture }
      : { format: 'rgb48le', pack: rgb48FromPicture };
  }
  const direct = /^yuv444p(?:\d+le)?$/.test(pixelFormat);
  return {
    format: direct ? pixelFormat : 'yuv444p16le',
    pack: (picture, colour) => yuvFromPicture(picture, colour, depth, direct ? depth : 16),
  };
}

function videoFilters(pipeFormat: string, pixelFormat: string, colour: Colour): string {
  const parts: string[] = [];
  if (pipeFormat !== pixelFormat) {
    const codes = isRgb(pixelFormat) ? '' : `:${sameCodes(colour)}${chromaPlace('out', pixelFormat)}`;
    parts.push(`scale=flags=bicubic+${EXACT_FLAGS}:sws_dither=none${codes}`);
  }
  parts.push(`format=${pixelFormat}`, `setsar=1`, `setparams=${frameColour(colour)}`);
  return parts.join(',');
}

function frameColour({ matrix, range, primaries, transfer }: Colour): string {
  const known = [
    `range=${range}`,
    `colorspace=${matrix}`,
    ...(primaries === 'unknown' ? [] : [`color_primaries=${primaries}`]),
    ...(transfer === 'unknown' ? [] : [`color_trc=${transfer}`]),
  ];
  return known.join(':');
}

/** ffmpeg's options know two curves by their gamma. */
const TRANSFER_OPTION: Record<string, string> = { bt470m: 'gamma22', bt470bg: 'gamma28' };

function colourTags({ matrix, range, primaries, transfer }: Colour): string[] {
  return [
    ...['-color_range', range === 'full' ? 'pc' : 'tv', '-colorspace', matrix === 'gbr' ? 'rgb' : matrix],
    ...(primaries === 'unknown' ? [] : ['-color_primaries', primaries]),
    ...(transfer === 'unknown' ? [] : ['-color_trc', TRANSFER_OPTION[transfer] ?? transfer]),
  ];
}

function assertDivisible({ width, height, output }: EncodeOptions, pixelFormat: string): void {
  const { x, y } = chromaSteps(pixelFormat);
  if (width % 2 ** x === 0 && height % 2 ** y === 0) return;
  const expected = `sides divisible by ${2 ** x} and ${2 ** y} for ${pixelFormat} in ${output}`;
  throw invalidArgument('film size', expected, `${width}x${height}`);
}

function encodeError(error: unknown, output: string): unknown {
  const failure = childError(error, 'usage', 'ENCODE_FAILED', `${output} cannot be encoded`);
  if (!(failure instanceof NstError) || failure.code !== 'ENCODE_FAILED') return failure;
  if (
    !/: (Permission denied|No such file or directory|Read-only file system|Not a directory)$/m.test(
      failure.message,
    )
  )
    return failure;
  const sentence = `${output} cannot be written: its folder ${dirname(output)} cannot be written.`;
  return new NstError('input', 'OUTPUT_NOT_WRITABLE', sentence, { cause: failure });
}
