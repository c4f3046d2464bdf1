import { createPicture, type Picture } from '../picture.js';
import { type Colour, type ColourNumbers, colourNumbers } from './colour.js';

/**
 * Between the raw frames of the pipes to and from ffmpeg and pictures.
 *
 * swscale only moves bits here (depth, chroma resolution, size): told the true range on both sides it shifts code
 * values up and down exactly, while its own matrices lose up to 1 code value. The one path that does not shift but
 * stretches full-range luma, between formats of the same chroma resolution and size, is never taken: such frames
 * pass as they are. Measured on 5.1 and 7.0. The matrix is ours, in floating point.
 */

/**
 * The options that keep swscale to moving bits; code values are never reinterpreted between equal names.
 *
 * @param adapting whether frames tagged with another range than the film's are brought to that; untagged ones are limited.
 * @param matrices whether frames tagged with another matrix than the film's are brought to that.
 */
export function sameCodes({ range, matrix }: Colour, adapting = false, matrices = false): string {
  const ranges = `${adapting ? '' : `in_range=${range}:`}out_range=${range}`;
  const own = matrices ? SWSCALE_MATRICES[matrix] : undefined;
  return `${ranges}:in_color_matrix=${own ? 'auto' : 'bt709'}:out_color_matrix=${own ?? 'bt709'}`;
}

/** The scale filter's names of matrices. */
const SWSCALE_MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  smpte170m: 'smpte170m',
  bt470bg: 'bt470',
  bt2020nc: 'bt2020',
  smpte240m: 'smpte240m',
  fcc: 'fcc',
};

/** swscale's flags without its shortcuts. */
export const EXACT_FLAGS = 'accurate_rnd+full_chroma_int+full_chroma_inp';

/**
 * Planes Y, Cb, Cr of full size, or Y alone → picture, not clipped.
 *
 * @param codes code values of `depth` bits at the top of words of `wordDepth` bits.
 */
export function pictureFromYuv(
  codes: Uint8Array | Uint16Array,
  width: number,
  height: number,
  colour: Colour,
  depth: number,
  wordDepth: number,
): Picture {
  const n = width * height;
  const picture = createPicture(width, height);
  const out = picture.data;
  const c = colourNumbers(colour, depth);
  const unit = 2 ** (depth - wordDepth);
  const lumaScale = c.lumaScale * unit;
  const lumaShift = c.black * c.lumaScale;
  const redScale = c.redFromCr * c.chromaScale * unit;
  const redShift = c.redFromCr * c.chromaScale * c.middle;
  const blueScale = c.blueFromCb * c.chromaScale * unit;
  const blueShift = c.blueFromCb * c.chromaScale * c.middle;
  const greenFromRed = c.weightRed / c.weightGreen;
  const greenFromBlue = c.weightBlue / c.weightGreen;
  if (codes.length === n) {
    for (let i = 0; i < n; i++) out[i] = out[i + n] = out[i + 2 * n] = codes[i] * lumaScale - lumaShift;
    return picture;
  }
  for (let i = 0; i < n; i++) {
    const luma = codes[i] * lumaScale - lumaShift;
    const red = codes[i + 2 * n] * redScale - redShift;
    const blue = codes[i + n] * blueScale - blueShift;
    out[i] = luma + red;
    out[i + n] = luma - greenFromRed * red - greenFromBlue * blue;
    out[i + 2 * n] = luma + blue;
  }
  return picture;
}

/**
 * Packed samples R, G, B and perhaps A, bytes or 16-bit words → picture; the alpha is left out.
 *
 * @param channels samples per pixel, 3 or 4.
 */
export function pictureFromPacked(
  samples: Uint8Array | Uint16Array,
  width: number,
  height: number,
  channels = 3,
): Picture {
  const n = width * height;
  const picture = createPicture(width, height);
  const unit = samples.BYTES_PER_ELEMENT === 1 ? 1 : 257;
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0; i < n; i++) picture.data[plane * n + i] = samples[channels * i + plane] / unit;
  }
  return picture;
}

/** Picture → packed R, G, B words, rounded and clipped. */
export function rgb48FromPicture({ width, height, data }: Picture): Uint16Array {
  const n = width * height;
  const words = new Uint16Array(3 * n);
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0; i < n; i++) words[3 * i + plane] = clip(data[plane * n + i] * 257 + 0.5, 65535);
  }
  return words;
}

/** Picture → packed R, G, B bytes, rounded and clipped. */
export function rgb24FromPicture({ width, height, data }: Picture): Uint8Array {
  const n = width * height;
  const bytes = new Uint8Array(3 * n);
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0; i < n; i++) bytes[3 * i + plane] = clip(data[plane * n + i] + 0.5, 255);
  }
  return bytes;
}

// NaN falls to 0 by the first comparison; the caller truncates by storing into an integer array.
function clip(value: number, most: number): number {
  return value > 0 ? Math.min(value, most) : 0;
}

/**
 * Picture → planes Y, Cb, Cr of full size, clipped to 0..255 first.
 * `depth` is that of the film to be written; the codes go to the top of words of `wordDepth` bits
 * (bytes for 8), so that what ffmpeg then drops is below the film's last bit.
 */
export function yuvFromPicture(
  { width, height, data }: Picture,
  colour: Colour,
  depth: number,
  wordDepth: number,
): Uint8Array | Uint16Array {
  const n = width * height;
  const words = wordDepth === 8 ? new Uint8Array(3 * n) : new Uint16Array(3 * n);
  const c: ColourNumbers = colourNumbers(colour, depth);
  const unit = 2 ** (wordDepth - depth);
  const most = 2 ** wordDepth - 1;
  const lumaScale = unit / c.lumaScale;
  const black = c.black * unit + 0.5;
  const middle = c.middle * unit + 0.5;
  const blueScale = unit / (c.blueFromCb * c.chromaScale);
  const redScale = unit / (c.redFromCr * c.chromaScale);
  for (let i = 0; i < n; i++) {
    const red = clip(data[i], 255);
    const green = clip(data[i + n], 255);
    const blue = clip(data[i + 2 * n], 255);
    const luma = c.weightRed * red + c.weightGreen * green + c.weightBlue * blue;
    words[i] = clip(luma * lumaScale + black, most);
    words[i + n] = clip((blue - luma) * blueScale + middle, most);
    words[i + 2 * n] = clip((red - luma) * redScale + middle, most);
  }
  return words;
}
