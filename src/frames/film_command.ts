import { invalidArgument } from '../error.js';
import type { Picture } from '../picture.js';
import { rgbaFromPicture, yuvaFromPicture } from './alpha.js';
import { bitDepth, type Colour, chromaPlace, chromaSteps, hasAlpha, isRgb, outputColour } from './colour.js';
import { decimal } from './decimal.js';
import { type EncoderSettings, encoderOf, videoEncoder } from './encoder.js';
import { everyFrameOnce, findFfmpeg, mediaPath } from './ffmpeg.js';
import { type PicturePipe, picturePipe } from './film_clock.js';
import type { FilmContents } from './film_parts.js';
import { mediaInput } from './media_input.js';
import { containerOf } from './output.js';
import type { MediaInfo } from './probe.js';
import { type FrameRange, isWhole } from './ranges.js';
import type { Rational } from './rational.js';
import { EXACT_FLAGS, rgb24FromPicture, rgb48FromPicture, sameCodes, yuvFromPicture } from './raw_frame.js';
import { fileArguments, type KeptPart, rangeStreams, wholeStreams } from './streams.js';

/** JPEG states no matrix and no range: every decoder takes it for this one (JFIF 1.02). */
const JPEG_COLOUR = (colour: Colour): Colour => ({ ...colour, matrix: 'bt470bg', range: 'full' });

/** A film that is to be written. */
export interface Film {
  /** The film's file; its extension decides the container. An existing file is replaced when all is done. */
  readonly output: string;
  readonly width: number;
  readonly height: number;
  /** Frames a second; from a source whose rate varies each frame keeps its own time instead. */
  readonly frameRate: Rational;
  /** Gives sound, subtitles, chapters and titles. */
  readonly source: MediaInfo;
  /** Whether the source cannot be read any more: the film then has its picture and time code alone. */
  readonly sourceGone?: boolean;
  /** Which frames of the source these are; all by default. */
  readonly ranges?: readonly FrameRange[];
  readonly encoder?: EncoderSettings;
  /** How the film states its colours; the source's by default. */
  readonly colour?: Colour;
}

/** How much of the source ffmpeg reads: all of it, its first second, or no more than it takes to begin the film. */
export type Stretch = 'all' | 'second' | 'head';

const STRETCHES: Readonly<Record<Stretch, { input: string[]; output: string[] }>> = {
  all: { input: [], output: [] },
  second: { input: ['-t', '1'], output: [] },
  // Subtitles come minutes apart: a limit of time would have ffmpeg look for them. This one ends with the first byte.
  head: { input: ['-t', '1'], output: ['-fs', '1'] },
};

/** ffmpeg's command for a film, and how pictures are fed to it. */
export interface FilmCommand {
  readonly ffmpeg: string;
  readonly args: readonly string[];
  readonly pipe: PicturePipe;
  readonly pack: (picture: Picture) => Uint8Array | Uint16Array;
}

/** All that may go into the film, and the kind of file that it goes into. */
export function contentsOf({ output, source, sourceGone, ranges }: Film): FilmContents {
  return { source, sourceGone, ranges, container: containerOf(output) };
}

/**
 * The command that writes a film with the parts that are kept.
 *
 * @param path of the file that ffmpeg writes.
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN, INVALID_ARGUMENT; as findFfmpeg.
 */
export async function filmCommand(
  film: Film,
  kept: readonly KeptPart[],
  path: string,
  stretch: Stretch = 'all',
): Promise<FilmCommand> {
  const { output, source, encoder = {}, width, height, ranges, frameRate } = film;
  const container = containerOf(output);
  const { codec, pixelFormat } = encoderOf(container, encoder);
  assertDivisible(film, pixelFormat);
  const wanted = film.colour ?? source.video.colour;
  const colour = codec === 'mjpeg' ? JPEG_COLOUR(wanted) : outputColour(wanted, pixelFormat, height);
  const layout = pipeLayout(pixelFormat);
  const timing = { ...source.video, frameRate };
  const whole = isWhole(ranges, source.video.frameCount);
  const streams = whole ? wholeStreams(kept) : rangeStreams(kept, contentsOf(film), timing);
  const tools = await findFfmpeg();
  const pipe = picturePipe({ width, height, format: layout.format, timing, ranges, container, codec }, tools);
  const reads = kept.some(({ part }) => part.kind !== 'timecode');
  const lead = whole ? leadOf(source, kept) : 0;
  const { input, output: limits } = STRETCHES[stretch];
  const args = [
    ...['-v', 'error', '-y', '-copyts', '-max_error_rate', '1'],
    ...pipe.input,
    ...(reads ? [...sourceOffset(source, whole), ...input, ...mediaInput(source.path)] : []),
    ...(streams.filter ? ['-filter_complex', streams.filter] : []),
    ...['-map', '0:v', '-disposition:v', 'default', '-vf', videoFilters(layout.format, pixelFormat, colour)],
    ...[
      ...videoEncoder(container, encoder, codec, pixelFormat),
      ...colourTags(colour),
      ...everyFrameOnce(tools),
    ],
    ...pipe.output,
    ...[...streams.args, ...fileArguments(kept, source)],
    ...(lead > 0 ? ['-output_ts_offset', decimal(lead)] : []),
    ...(/^(mp4|mov)$/.test(container.format) ? ['-movflags', '+faststart'] : []),
    ...['-max_muxing_queue_size', '4096', ...limits, ...(encoder.extra ?? []), '-f', container.format],
    mediaPath(path),
  ];
  return { ffmpeg: tools.ffmpeg, args, pipe, pack: (picture) => layout.pack(picture, colour) };
}

/**
 * A whole film's first frame moves to 0, and all of the source with it. If that is by exactly the source's own
 * beginning, ffmpeg takes the earliest stream that it reads for the one that is to be at 0 (`ts_discontinuity_detect`,
 * of containers whose clock may jump), and the picture is not read: so it moves by a microsecond more.
 */
function sourceOffset({ container, startTime, video }: MediaInfo, whole: boolean): string[] {
  const exact = whole ? -video.startTime : 0;
  const mistaken = !/mov|matroska/.test(container) && decimal(exact) === decimal(-startTime);
  return whole || mistaken ? ['-itsoffset', decimal(mistaken ? exact - MICROSECOND : exact)] : [];
}

const MICROSECOND = 1e-6;

/**
 * Sound keeps its distance to the picture: it moves by what the first frame moves to be at 0, and then all moves
 * together by what comes before it. The picture alone cannot be moved: its clock ticks once a frame.
 *
 * @returns seconds.
 */
function leadOf({ video, startTime, audio, subtitles }: MediaInfo, kept: readonly KeptPart[]): number {
  const streams = kept.map(({ part }) => part.stream).filter((stream) => stream !== undefined);
  if (streams.length === 0) return 0;
  const all = streams.length === audio.length + subtitles.length;
  const start = all ? startTime : Math.min(...streams.map((stream) => stream.startTime ?? startTime));
  const lead = video.startTime - start;
  return Number(decimal(lead)) > 0 ? lead : 0;
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

function assertDivisible({ width, height, output }: Film, pixelFormat: string): void {
  const { x, y } = chromaSteps(pixelFormat);
  if (width % 2 ** x === 0 && height % 2 ** y === 0) return;
  const expected = `sides divisible by ${2 ** x} and ${2 ** y} for ${pixelFormat} in ${output}`;
  throw invalidArgument('film size', expected, `${width}x${height}`);
}
