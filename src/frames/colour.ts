import { NstError } from '../error.js';

/** How a film's code values stand for colours; names as ffprobe gives them, `unknown` where not stated. */
export interface Colour {
  /** `gbr` for RGB. Never unknown: what a file leaves open is settled the way players do. */
  readonly matrix: string;
  readonly range: 'limited' | 'full';
  readonly primaries: string;
  readonly transfer: string;
}

/** Weights of red and blue in luma: ITU-R BT.601, BT.709, BT.2020, SMPTE 240M, FCC. */
const LUMA_WEIGHTS: Record<string, readonly [red: number, blue: number]> = {
  bt709: [0.2126, 0.0722],
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  bt2020nc: [0.2627, 0.0593],
  smpte240m: [0.212, 0.087],
  fcc: [0.3, 0.11],
};

/** Whether colourNumbers knows a matrix; RGB needs none. */
export const hasFormula = (matrix: string): boolean => matrix === 'gbr' || matrix in LUMA_WEIGHTS;

const UNKNOWN = new Set([undefined, '', 'unknown', 'unspecified', 'reserved']);

/** Settles what a picture of this format and coded height means; an untagged film is BT.709 from 720 lines up. */
export function resolveColour(
  tags: { matrix?: string; range?: string; primaries?: string; transfer?: string },
  pixelFormat: string,
  height: number,
): Colour {
  const stated = (tag: string | undefined) => (UNKNOWN.has(tag) ? 'unknown' : tag!);
  const rest = { primaries: stated(tags.primaries), transfer: stated(tags.transfer) };
  if (isRgb(pixelFormat)) return { matrix: 'gbr', range: 'full', ...rest };
  const matrix = UNKNOWN.has(tags.matrix) || tags.matrix === 'gbr' ? defaultMatrix(height) : tags.matrix!;
  // Grey pictures without a tag come from picture codecs, which use all codes.
  const full =
    tags.range === 'pc' || /^yuvj/.test(pixelFormat) || (isGrey(pixelFormat) && UNKNOWN.has(tags.range));
  return { matrix, range: full ? 'full' : 'limited', ...rest };
}

function defaultMatrix(height: number): string {
  return height >= 720 ? 'bt709' : 'smpte170m';
}

/** The colour a film is written with: the source's, changed only where the pixel format is of the other family. */
export function outputColour(colour: Colour, pixelFormat: string, height: number): Colour {
  if (isRgb(pixelFormat)) return { ...colour, matrix: 'gbr', range: 'full' };
  if (colour.matrix === 'gbr') return { ...colour, matrix: defaultMatrix(height), range: 'limited' };
  return colour;
}

export function isRgb(pixelFormat: string): boolean {
  return /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2rgb|x2bgr|pal8)/.test(pixelFormat);
}

export function isGrey(pixelFormat: string): boolean {
  return /^(gray|ya\d|mono)/.test(pixelFormat);
}

export function hasAlpha(pixelFormat: string): boolean {
  return /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d)/.test(pixelFormat);
}

/** Bits per component, from the format's name. */
export function bitDepth(pixelFormat: string): number {
  if (/^(rgb|bgr)48|^(rgba|bgra)64/.test(pixelFormat)) return 16;
  const semiPlanar = /^p[024](10|12|16)/.exec(pixelFormat);
  const planar = /(?:p|gray|ya|y210|x2rgb|x2bgr|xv)(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat);
  return Number(semiPlanar?.[1] ?? planar?.[1] ?? 8);
}

/** How chroma is stored: log2 of the step in x and y. */
export function chromaSteps(pixelFormat: string): { x: number; y: number } {
  if (/^(yuvj?a?420|nv12|nv21|p01)/.test(pixelFormat)) return { x: 1, y: 1 };
  if (/^(yuvj?a?422|yuyv|uyvy|nv16|nv20|p21)/.test(pixelFormat)) return { x: 1, y: 0 };
  if (/^(yuvj?a?410)/.test(pixelFormat)) return { x: 2, y: 2 };
  if (/^(yuvj?a?411)/.test(pixelFormat)) return { x: 2, y: 0 };
  if (/^(yuvj?a?440)/.test(pixelFormat)) return { x: 0, y: 1 };
  return { x: 0, y: 0 };
}

/**
 * Where swscale is to take chroma samples to lie, as options of its `in` or `out` side: at the centre of the luma
 * they belong to. That is its own default up to version 7.0; later ones follow the decoder's tag on the way in and
 * know none on the way out, so the place has to be named on both sides for the two to cancel.
 */
export function chromaPlace(side: 'in' | 'out', pixelFormat: string): string {
  const { x, y } = chromaSteps(pixelFormat);
  const place = (steps: number) => 128 * 2 ** steps - 128;
  return `${x ? `:${side}_h_chr_pos=${place(x)}` : ''}${y ? `:${side}_v_chr_pos=${place(y)}` : ''}`;
}

/**
 * The numbers of one conversion between code values and R'G'B' 0..255:
 * `luma = (Y − black)·lumaScale`, `chroma = (C − middle)·chromaScale`, then BT.601/709/2020's matrix form
 * `R = luma + redFromCr·Cr`, `B = luma + blueFromCb·Cb`, `G = (luma − weightRed·R − weightBlue·B)/weightGreen`.
 */
export interface ColourNumbers {
  readonly weightRed: number;
  readonly weightBlue: number;
  readonly weightGreen: number;
  readonly redFromCr: number;
  readonly blueFromCb: number;
  readonly black: number;
  readonly middle: number;
  readonly lumaScale: number;
  readonly chromaScale: number;
}

/**
 * For code values of the given depth (quantisation of ITU-R BT.601 §2.5 and BT.2100 table 9).
 *
 * @throws NstError input COLOUR_UNSUPPORTED for matrices that are not of the luma-and-differences form.
 */
export function colourNumbers(colour: Colour, depth: number): ColourNumbers {
  const weights = LUMA_WEIGHTS[colour.matrix];
  if (!weights) {
    const known = Object.keys(LUMA_WEIGHTS).join(', ');
    throw new NstError(
      'input',
      'COLOUR_UNSUPPORTED',
      `Colour matrix: expected one of ${known}, found ${colour.matrix}.`,
    );
  }
  const [weightRed, weightBlue] = weights;
  const step = 2 ** (depth - 8);
  const full = colour.range === 'full';
  return {
    weightRed,
    weightBlue,
    weightGreen: 1 - weightRed - weightBlue,
    redFromCr: 2 * (1 - weightRed),
    blueFromCb: 2 * (1 - weightBlue),
    black: full ? 0 : 16 * step,
    middle: 128 * step,
    lumaScale: 255 / (full ? 256 * step - 1 : 219 * step),
    chromaScale: 255 / (full ? 256 * step - 1 : 224 * step),
  };
}
