/** What the header of a picture stream says, and what is to be done about it. */

import { NstError } from '../error.js';
import { printable } from '../printable.js';
import { isTransparentAnywhere, vpxAlphaDecoder } from './alpha.js';
import { type Colour, hasAlpha, hasFormula } from './colour.js';
import { firstOrientation, type ProbedFile, type ProbedStream } from './ffprobe.js';
import type { ProbeOptions } from './probe.js';
import { rescueCommand } from './rescue_command.js';
import { assertToneMapping, hdrTransfer, toneMapFilters } from './tone_map.js';

/** The picture stream of a file. */
export interface ProbedPicture {
  readonly path: string;
  readonly stream: ProbedStream;
  readonly file: Pick<ProbedFile, 'streams'>;
}

/** The colour tags as they stand in the file, or as its transfer curve implies. */
export function colourTags(stream: ProbedStream) {
  const transfer = stream.color_transfer;
  // BT.2100's curves come with BT.2020's matrix where a film does not say.
  const matrix =
    hdrTransfer({ transfer }) && /^(unknown)?$/.test(stream.color_space ?? '')
      ? 'bt2020nc'
      : stream.color_space;
  return { matrix, range: stream.color_range, primaries: stream.color_primaries, transfer };
}

/**
 * How a film of high dynamic range becomes one of ordinary range; nothing for others.
 *
 * @throws NstError input HDR_UNSUPPORTED where that was not asked for, and as assertToneMapping.
 */
export async function toneMapping(
  { path, stream, file }: ProbedPicture,
  colour: Colour,
  options: ProbeOptions,
  notes: string[],
) {
  const { tonemap: curve = 'off' } = options;
  const transfer = hdrTransfer(colour);
  if (!transfer) {
    if (curve !== 'off') notes.push(`The film is not HDR: --tonemap ${curve} has nothing to do.`);
    return undefined;
  }
  if (curve === 'off') {
    const picture = `-vf ${toneMapFilters(colour, 'hable', 'yuv420p')}`;
    const command = rescueCommand(path, stream, file, { picture, output: 'sdr.mkv' });
    const sentence = `${path} is HDR (${transfer}), which would come out washed out. Add --tonemap hable, or make it SDR first with: ${command}`;
    throw new NstError('input', 'HDR_UNSUPPORTED', sentence);
  }
  await assertToneMapping(colour, curve);
  notes.push(`The film is HDR (${transfer}): it is tone-mapped (${curve}) and becomes BT.709.`);
  return { curve, colour };
}

/** What `field_order` says: the letters name the field stored first and the one shown first. */
export function readFields(
  { field_order: order = '' }: ProbedStream,
  options: ProbeOptions,
  notes: string[],
) {
  const parity = { tt: 'tff', bt: 'tff', bb: 'bff', tb: 'bff' }[order] as 'tff' | 'bff' | undefined;
  if (!parity) return { interlaced: false };
  if (options.deinterlace === 'off') {
    notes.push('The film is interlaced: its frames are painted as stored, both fields together.');
    return { interlaced: true };
  }
  notes.push('The film is interlaced: it is deinterlaced, one frame for each of its frames.');
  return { interlaced: true, deinterlace: parity };
}

/** Whether decoded pictures will have an alpha, and the decoder it takes. */
export async function readAlpha(path: string, stream: ProbedStream, notes: string[]) {
  const { pix_fmt: format = '', codec_name: codec = '', index } = stream;
  // Every GIF is decoded with an alpha plane, also where nothing in it is transparent.
  if (codec === 'gif') return { alpha: await isTransparentAnywhere(path, index) };
  if (hasAlpha(format)) return { alpha: true };
  if (stream.tags?.alpha_mode !== '1') return { alpha: false };
  const decoder = format === 'yuv420p' ? await vpxAlphaDecoder(path, codec, index) : undefined;
  if (!decoder)
    notes.push('The film has transparency that this ffmpeg cannot decode (it needs libvpx): it is left out.');
  return { alpha: decoder !== undefined, decoder, pixelFormat: decoder ? 'yuva420p' : format };
}

/** Codecs whose pictures can ask to be turned (H.264 and H.265, display orientation SEI). */
const TURNING = /^(h264|hevc)$/;

/** How the stored picture becomes upright: what the first picture itself asks goes before the container's word. */
export async function orientation(path: string, stream: ProbedStream, notes: string[]) {
  const asked = TURNING.test(stream.codec_name ?? '') ? await ownOrientation(path, stream) : undefined;
  return { ...uprightOrientation(asked ?? stream, notes), turnsItself: asked !== undefined };
}

async function ownOrientation(path: string, stream: ProbedStream): Promise<ProbedStream | undefined> {
  // A film that begins with damage is looked at by those who decode it.
  const own = await firstOrientation(path, stream.index).catch(() => []);
  return own.some(({ rotation }) => rotation !== undefined) ? { ...stream, side_data_list: own } : undefined;
}

/**
 * How the stored picture becomes upright. ffprobe states a display matrix (ISO 14496-12 §6.2.2) as nine numbers in
 * text and its turn counterclockwise; very old files carry a clockwise tag instead.
 */
export function uprightOrientation(stream: ProbedStream, notes: string[]) {
  const data = stream.side_data_list?.find(({ rotation }) => rotation !== undefined);
  const matrix = data?.displaymatrix
    ?.split('\n')
    .flatMap((row) => row.replace(/^\d+:/, '').trim().split(/\s+/).filter(Boolean).map(Number));
  const [a, b, , c, d] = matrix?.length === 9 ? matrix : [1, 0, 0, 0, 1];
  const mirrored = a * d - b * c < 0;
  // A mirrored matrix is a mirroring left to right (its first row negated), then this turn.
  const clockwise = mirrored
    ? (Math.atan2(-b, -a) * 180) / Math.PI
    : data?.rotation === undefined
      ? Number(stream.tags?.rotate ?? 0)
      : -data.rotation;
  const quarter = (((Math.round(clockwise / 90) * 90) % 360) + 360) % 360;
  if (Math.abs(clockwise - Math.round(clockwise / 90) * 90) > 1) {
    notes.push(
      `The film asks to be turned by ${clockwise} degrees, which is no quarter turn: taken as ${quarter}.`,
    );
  }
  return { rotation: quarter, mirrored };
}

/**
 * The colours of a film as they are read here.
 *
 * @throws NstError input COLOUR_UNSUPPORTED, with the command that makes another film of it.
 */
export function readableColour(
  { path, stream, file }: ProbedPicture,
  colour: Colour,
  notes: string[],
): Colour {
  if (hasFormula(colour.matrix)) return colour;
  // Constant luminance is shown by the other matrix of the same weights, as ffmpeg and players do.
  if (colour.matrix === 'bt2020c') {
    notes.push('The film has the colour matrix bt2020c: it is shown as bt2020nc, as players do.');
    return { ...colour, matrix: 'bt2020nc' };
  }
  const way = { picture: '-vf zscale=m=bt709:r=tv,format=yuv420p', output: 'plain.mkv' };
  const command = rescueCommand(path, stream, file, way);
  const sentence = `${path} has the colour matrix ${printable(colour.matrix)}, which is not read here. Make it BT.709 with: ${command}`;
  throw new NstError('input', 'COLOUR_UNSUPPORTED', sentence);
}
