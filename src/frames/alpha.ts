import type { Picture } from '../picture.js';
import { childError, runChild, startChild } from './child.js';
import type { Colour } from './colour.js';
import { findFfmpeg } from './ffmpeg.js';
import { mediaInput } from './media_input.js';
import { rgb24FromPicture, rgb48FromPicture, yuvFromPicture } from './raw_frame.js';

/** The alpha of packed R, G, B, A samples, bytes or 16-bit words, as 0..1. */
export function alphaOf(rgba: Uint8Array | Uint16Array): Float32Array {
  const most = rgba.BYTES_PER_ELEMENT === 1 ? 255 : 65535;
  const alpha = new Float32Array(rgba.length / 4);
  for (let i = 0; i < alpha.length; i++) alpha[i] = rgba[4 * i + 3] / most;
  return alpha;
}

/**
 * A picture of straight colours laid over a grey level, with its alpha (Porter & Duff 1984, "over"). In floating
 * point: sharp's own flatten mixes 16-bit pictures with a grey.
 */
export function layOver(level: number, { width, height, data }: Picture, alpha: Float32Array): Picture {
  const n = width * height;
  const over = new Float32Array(3 * n);
  for (let i = 0; i < n; i++) {
    const rest = (1 - alpha[i]) * level;
    for (let j = i; j < 3 * n; j += n) over[j] = alpha[i] * data[j] + rest;
  }
  return { width, height, data: over, alpha };
}

/**
 * A painted picture with the source's alpha: paint counts as far as its pixel is opaque. So what painting added to
 * the colours seen over black is added to the source's own, which divided out of the painted ones alone would be
 * glaring at soft edges, where a painting has made something of the black; and no paint is the source again.
 *
 * @param source over black, with alpha; without one the painted picture is returned as it is.
 */
export function paintWithin({ alpha, data: before }: Picture, painted: Picture): Picture {
  if (!alpha) return painted;
  const { width, height } = painted;
  const n = width * height;
  const data = new Float32Array(3 * n);
  for (let i = 0; i < n; i++)
    for (let j = i; j < 3 * n; j += n) data[j] = before[j] + alpha[i] * (painted.data[j] - before[j]);
  return { width, height, data, alpha };
}

/** The colours that give the picture when laid over black by its alpha, as files store them; not clipped. */
function straight({ width, height, data, alpha }: Picture): Picture {
  if (!alpha) return { width, height, data };
  const n = width * height;
  const colours = new Float32Array(3 * n);
  for (let i = 0; i < n; i++)
    for (let j = i; j < 3 * n; j += n) colours[j] = alpha[i] > 0 ? data[j] / alpha[i] : data[j];
  return { width, height, data: colours };
}

/** Picture → packed straight R, G, B, A of the depth, rounded and clipped; opaque where it has no alpha. */
export function rgbaFromPicture(picture: Picture, depth: 8 | 16): Uint8Array | Uint16Array {
  const rgb = (depth === 8 ? rgb24FromPicture : rgb48FromPicture)(straight(picture));
  const n = picture.width * picture.height;
  const most = 2 ** depth - 1;
  const rgba = depth === 8 ? new Uint8Array(4 * n) : new Uint16Array(4 * n);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = rgb[3 * i + c];
    rgba[4 * i + 3] = Math.round(most * (picture.alpha?.[i] ?? 1));
  }
  return rgba;
}

/** Picture → planes Y, Cb, Cr as yuvFromPicture gives them in 16-bit words, of straight colours, and alpha, 65535 = 1. */
export function yuvaFromPicture(picture: Picture, colour: Colour, depth: number): Uint16Array {
  const n = picture.width * picture.height;
  const words = new Uint16Array(4 * n);
  words.set(yuvFromPicture(straight(picture), colour, depth, 16));
  for (let i = 0; i < n; i++) words[3 * n + i] = Math.round(65535 * (picture.alpha?.[i] ?? 1));
  return words;
}

/** Decoders that give the alpha that VP8 and VP9 keep beside the film (`alpha_mode`); ffmpeg's own leave it out. */
const VPX_DECODERS: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

/** The decoder that gives the alpha of a film of this codec, where ffmpeg has it. */
export async function vpxAlphaDecoder(path: string, codec: string, stream: number) {
  const decoder = VPX_DECODERS[codec];
  if (!decoder) return undefined;
  const tools = await findFfmpeg();
  const first = [...mediaInput(path), '-map', `0:${stream}`, '-frames:v', '1', '-f', 'null', '-'];
  const decodes = runChild(tools.ffmpeg, ['-v', 'error', '-nostdin', `-c:${stream}`, decoder, ...first]);
  return decodes.then(
    () => decoder,
    () => undefined,
  );
}

/** Whether any pixel of a film is not opaque; reads up to the first such frame. */
export async function isTransparentAnywhere(path: string, stream: number): Promise<boolean> {
  const tools = await findFfmpeg();
  const filters = ['-map', `0:${stream}`, '-vf', 'alphaextract,format=gray', '-f', 'rawvideo', 'pipe:1'];
  const child = startChild(tools.ffmpeg, ['-v', 'error', '-nostdin', ...mediaInput(path), ...filters]);
  child.stdin.end();
  try {
    for await (const bytes of child.stdout as AsyncIterable<Buffer>)
      for (const alpha of bytes) if (alpha < 255) return true;
    await child.ended;
    return false;
  } catch (error) {
    throw childError(error, 'input', 'DECODE_FAILED', `${path} cannot be decoded`);
  } finally {
    child.stop();
  }
}
