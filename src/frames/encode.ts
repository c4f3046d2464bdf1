import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidArgument, NstError } from '../error.js';
import type { Picture } from '../picture.js';
import { flushAndPublish, removeStaleTemporaries, temporaryName } from './atomic.js';
import { type Child, childError, runChild, startChild } from './child.js';
import { bitDepth, type Colour, chromaPlace, chromaSteps, isRgb, outputColour } from './colour.js';
import { everyFrameOnce, findFfmpeg, mediaPath } from './ffmpeg.js';
import { countPackets } from './ffprobe.js';
import { type Container, containerOf } from './output.js';
import type { MediaInfo } from './probe.js';
import { type FrameRange, isWhole, joinRanges } from './ranges.js';
import { formatRational, type Rational } from './rational.js';
import { EXACT_FLAGS, rgb24FromPicture, rgb48FromPicture, sameCodes, yuvFromPicture } from './raw_frame.js';
import { rangeStreams, wholeStreams } from './streams.js';

/** How the picture is compressed. */
export interface EncoderSettings {
  /** ffmpeg's encoder; by default H.264 (libx264), VP9 (libvpx-vp9) in .webm. */
  readonly codec?: string;
  /** Constant quality, smaller is better. Default 16 for encoders that have it. */
  readonly crf?: number;
  /** Default yuv420p. */
  readonly pixelFormat?: string;
  /** Further arguments for ffmpeg's output, last, so that they win. */
  readonly extra?: readonly string[];
}

export const ENCODER_DEFAULTS = { crf: 16, pixelFormat: 'yuv420p' } as const;

const CRF_ENCODERS = new Set([
  'libx264',
  'libx264rgb',
  'libx265',
  'libvpx',
  'libvpx-vp9',
  'libaom-av1',
  'libsvtav1',
]);

export interface EncodeOptions {
  /** Where the film goes; its extension decides the container. An existing file is replaced when all is done. */
  readonly output: string;
  readonly width: number;
  readonly height: number;
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
  const pixelFormat = encoder.pixelFormat ?? ENCODER_DEFAULTS.pixelFormat;
  assertDivisible(options, pixelFormat);
  const colour = outputColour(options.colour ?? source.video.colour, pixelFormat, options.height);
  const pipe = pipeLayout(pixelFormat);
  const whole = isWhole(options.ranges, source.video.frameCount);
  const streams = whole
    ? wholeStreams(source, container)
    : rangeStreams(source, container, joinRanges(options.ranges!), options.frameRate);

  // Sound keeps its distance to the picture: it moves by what the first frame moves to be at 0, and then all moves
  // together by what sound comes before it. The picture alone cannot be moved: its clock ticks once a frame.
  const lead = source.video.startTime - source.startTime;

  const tools = await findFfmpeg();
  const temporary = temporaryName(output);
  const args = [
    ...['-v', 'error', '-y', '-copyts'],
    ...['-f', 'rawvideo', '-pixel_format', pipe.format, '-video_size', `${options.width}x${options.height}`],
    ...['-framerate', formatRational(options.frameRate), '-i', 'pipe:0'],
    ...(whole ? ['-itsoffset', String(-source.video.startTime)] : []),
    ...['-i', mediaPath(source.path)],
    ...(streams.filter ? ['-filter_complex', streams.filter] : []),
    ...['-map', '0:v', '-vf', videoFilters(pipe.format, pixelFormat, colour)],
    ...[...videoEncoder(container, encoder, pixelFormat), ...colourTags(colour), ...everyFrameOnce(tools)],
    ...[...streams.args, '-map_metadata', '1', '-map_chapters', whole ? '1' : '-1'],
    ...(whole && lead > 0 ? ['-output_ts_offset', String(lead)] : []),
    ...(/^(mp4|mov)$/.test(container.format) ? ['-movflags', '+faststart'] : []),
    ...['-max_muxing_queue_size', '4096', ...(encoder.extra ?? []), '-f', container.format],
    mediaPath(temporary),
  ];
  await removeStaleTemporaries(output);
  const child = startChild(tools.ffmpeg, args, signal);
  try {
    const sent = await sendFrames(child, options, (picture) => pipe.pack(picture, colour));
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

/**
 * Tries the encoder on one grey frame, so that a long render does not end at a codec that is not there.
 *
 * @throws NstError usage ENCODE_FAILED, OUTPUT_FORMAT_UNKNOWN.
 */
export function checkEncoder(output: string, encoder: EncoderSettings = {}): Promise<void> {
  return tryEncoder(output, encoder, 'color=c=gray:s=128x128:r=25', 1);
}

/**
 * Times the encoder on a moving pattern as rough as paint, whose film nobody keeps.
 *
 * @returns seconds until an encoder has begun and ended, and for each frame.
 * @throws NstError usage ENCODE_FAILED, OUTPUT_FORMAT_UNKNOWN.
 */
export async function timeEncoder(
  output: string,
  encoder: EncoderSettings,
  { width, height }: { width: number; height: number },
): Promise<{ start: number; frame: number }> {
  const pattern = `testsrc2=s=${width}x${height}:r=25,noise=alls=8:allf=t`;
  const seconds = async (frames: number) => {
    const began = performance.now();
    await tryEncoder(output, encoder, pattern, frames);
    return (performance.now() - began) / 1000;
  };
  const one = await seconds(1);
  const frame = Math.max(0, (await seconds(1 + TIMED_FRAMES)) - one) / TIMED_FRAMES;
  return { start: Math.max(0, one - frame), frame };
}

const TIMED_FRAMES = 8;

async function tryEncoder(
  output: string,
  encoder: EncoderSettings,
  pattern: string,
  frames: number,
): Promise<void> {
  const container = containerOf(output);
  const pixelFormat = encoder.pixelFormat ?? ENCODER_DEFAULTS.pixelFormat;
  const tools = await findFfmpeg();
  const source = ['-f', 'lavfi', '-i', pattern, '-frames:v', String(frames)];
  const settings = [...videoEncoder(container, encoder, pixelFormat), ...(encoder.extra ?? [])];
  try {
    await runChild(tools.ffmpeg, ['-v', 'error', '-nostdin', ...source, ...settings, '-f', 'null', '-']);
  } catch (error) {
    throw childError(error, 'usage', 'ENCODE_FAILED', 'ffmpeg does not take these encoder settings');
  }
}

async function sendFrames(
  child: Child,
  { frames, width, height }: EncodeOptions,
  pack: (picture: Picture) => Uint8Array | Uint16Array,
): Promise<number> {
  // An encoder that stops early must wake the wait for its pipe to drain.
  const ended = child.ended.then(
    () => true,
    () => true,
  );
  let sent = 0;
  for await (const picture of frames) {
    if (picture.width !== width || picture.height !== height) {
      throw invalidArgument('frame size', `${width}x${height}`, `${picture.width}x${picture.height}`);
    }
    const { buffer, byteOffset, byteLength } = pack(picture);
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

function videoEncoder(container: Container, encoder: EncoderSettings, pixelFormat: string): string[] {
  const codec = encoder.codec ?? container.videoCodec;
  const crf = encoder.crf ?? (CRF_ENCODERS.has(codec) ? ENCODER_DEFAULTS.crf : undefined);
  // x264's crf 0 is lossless in 8 bits only; its quantiser 0 is at every depth.
  const quality = crf === 0 && codec.startsWith('libx264') ? ['-qp', '0'] : ['-crf', String(crf)];
  return [
    ...['-c:v', codec, '-pix_fmt', pixelFormat],
    ...(crf === undefined ? [] : quality),
    // Without it libvpx takes crf as a ceiling under a bit rate of its own.
    ...(/^lib(vpx|aom)/.test(codec) && crf !== undefined ? ['-b:v', '0'] : []),
    // Apple's players take HEVC in MP4 only under this name.
    ...(codec === 'libx265' && /^(mp4|mov)$/.test(container.format) ? ['-tag:v', 'hvc1'] : []),
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
