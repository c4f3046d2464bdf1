import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { isDrawing } from './drawing.js';

/** What reads a picture file: sharp; ffmpeg as one of its formats; or, by what it is called, perhaps nothing. */
export type PictureKind =
  | { readonly by: 'sharp' }
  | { readonly by: 'ffmpeg'; readonly format: string }
  | { readonly by: 'sharp'; readonly heif: string }
  | { readonly by: 'sharp'; readonly drawing: true };

/** First bytes, hexadecimal, of the formats that sharp's library lacks, with ffmpeg's name. */
const MAGIC: readonly (readonly [RegExp, string])[] = [
  [/^762f3101/, 'exr'],
  [/^(53445058|58504453)/, 'dpx'],
  [/^503[14](09|0a|0d|20)/, 'pbm'],
  [/^503[25](09|0a|0d|20)/, 'pgm'],
  [/^503[36](09|0a|0d|20)/, 'ppm'],
  [/^50370a/, 'pam'],
  [/^50[46]6(0a|0d|20)/, 'pfm'],
  [/^424d.{8}00000000/, 'bmp'],
  [/^01da0[01]0[12]/, 'sgi'],
  [/^716f6966/, 'qoi'],
  [/^233f52(414449414e4345|474245)/, 'hdr'],
  [/^384250530001/, 'psd'],
  [/^(0000000c6a5020200d0a870a|ff4fff51)/, 'j2k'],
  [/^59a66a95/, 'sunrast'],
  [/^(0000000c4a584c20|ff0a)/, 'jpegxl'],
  [/^44445320/, 'dds'],
];

/** Formats whose files say nothing at their beginning of what they are. */
const BY_NAME: Readonly<Record<string, string>> = { '.tga': 'targa', '.pcx': 'pcx' };

/** Extensions of the pictures that ffmpeg reads here. */
export const FFMPEG_EXTENSIONS: readonly string[] =
  '.exr .dpx .ppm .pgm .pbm .pnm .pam .pfm .bmp .tga .sgi .qoi .hdr .psd .jp2 .j2k .jxl .pcx .dds'.split(' ');

/** Extensions of the pictures of telephones, which are read where the installed library can. */
export const HEIF_EXTENSIONS: readonly string[] = ['.heic', '.heif', '.hif'];

/** Brands of ISO 23008-12 files that are no AVIF. */
const HEIF_BRANDS = /^(hei[cxms]|hev[cxms]|mif1|msf1|mif2)$/;

/** What is to read a file that begins with `start`; its name counts only where its content says nothing. */
export function kindOfStart(start: Buffer, path: string): PictureKind {
  const hex = start.toString('hex', 0, 16);
  const found = MAGIC.find(([magic]) => magic.test(hex));
  if (found) return { by: 'ffmpeg', format: found[1] };
  const text = start.toString('latin1', 0, 64);
  if (text.slice(4, 8) === 'ftyp') {
    const length = Math.min(64, start.length, start.readUInt32BE(0));
    const brands = [text.slice(8, 12), ...(text.slice(16, length).match(/.{4}/g) ?? [])];
    if (!brands.includes('avif') && brands.some((brand) => HEIF_BRANDS.test(brand)))
      return { by: 'sharp', heif: brands.some((brand) => /^he/.test(brand)) ? 'HEIC' : 'HEIF' };
    return { by: 'sharp' };
  }
  const named = BY_NAME[extname(path).toLowerCase()];
  if (named) return { by: 'ffmpeg', format: named };
  return isDrawing(start) ? { by: 'sharp', drawing: true } : { by: 'sharp' };
}

/** The first bytes of a file, at most `length`, and its whole size. Throws the system's errors. */
export async function startOfFile(path: string, length = 64): Promise<{ start: Buffer; size: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return { start: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}
