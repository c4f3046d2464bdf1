import sharp from 'sharp';
import { NstError } from '../error.js';
import { PICTURE_RATE, parseFrameRate } from './frame_rate.js';
import type { PictureSequence } from './picture_sequence.js';
import type { MediaInfo } from './probe.js';
import { rational, toNumber } from './rational.js';

/** What the header of a picture file says. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly deep: boolean;
  readonly alpha: boolean;
  readonly cmyk: boolean;
  readonly pages: number;
}

/** Headers read at the same time; sharp's threads are as many as there are cores. */
const AT_ONCE = 4;

/**
 * What the program needs to know about a film in pictures. Only headers are read: 12,000 take some seconds.
 *
 * @param fps `--fps` as given.
 * @throws NstError input PICTURE_UNREADABLE, SIZES_DIFFER, each naming the first such picture; usage INVALID_ARGUMENT.
 */
export async function probePictures(
  path: string,
  sequence: PictureSequence,
  fps: string | undefined,
): Promise<MediaInfo> {
  const frameRate = parseFrameRate(fps ?? PICTURE_RATE);
  const { files } = sequence;
  const headers = await readHeaders(files);
  const [first] = headers;
  const { width, height } = first;
  const other = headers.findIndex((header) => header.width !== width || header.height !== height);
  if (other >= 0) {
    const found = `${headers[other].width}x${headers[other].height}`;
    const sentence = `${files[other]}: expected ${width}x${height} pixels as in ${files[0]}, found ${found}.`;
    throw new NstError('input', 'SIZES_DIFFER', sentence);
  }
  const notes = [...sequence.notes];
  if (fps === undefined && files.length > 1)
    notes.push(`The pictures are shown at ${PICTURE_RATE} a second; --fps sets another rate.`);
  if (headers.some(({ cmyk }) => cmyk)) notes.push('The pictures are CMYK: they are converted to sRGB.');
  const paged = headers.findIndex(({ pages }) => pages > 1);
  if (paged >= 0) notes.push(`${files[paged]} has ${headers[paged].pages} pictures; the first is used.`);
  const deep = headers.some((header) => header.deep);
  const alpha = headers.some((header) => header.alpha);
  return {
    path,
    container: 'pictures',
    pictures: sequence,
    duration: files.length / toNumber(frameRate),
    startTime: 0,
    video: {
      streamIndex: 0,
      codec: first.format,
      width,
      height,
      displayWidth: width,
      displayHeight: height,
      rotation: 0,
      sampleAspect: rational(1),
      frameRate,
      frameCount: files.length,
      variableFrameRate: false,
      startTime: 0,
      pixelFormat: `${alpha ? 'rgba' : 'rgb'}${deep ? (alpha ? '64le' : '48le') : alpha ? '' : '24'}`,
      bitDepth: deep ? 16 : 8,
      alpha,
      colour: { matrix: 'gbr', range: 'full', primaries: 'bt709', transfer: 'iec61966-2-1' },
      interlaced: false,
    },
    audio: [],
    subtitles: [],
    attachments: [],
    chapters: false,
    notes,
  };
}

async function readHeaders(files: readonly string[]): Promise<Header[]> {
  const headers: Header[] = new Array(files.length);
  let next = 0;
  const reader = async () => {
    while (next < files.length) {
      const i = next++;
      headers[i] = await readHeader(files[i]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return headers;
}

async function readHeader(file: string): Promise<Header> {
  try {
    const { autoOrient, depth, format, hasAlpha, pages, space } = await sharp(file, {
      limitInputPixels: false,
    }).metadata();
    return {
      ...{ width: autoOrient.width, height: autoOrient.height, format, alpha: hasAlpha },
      ...{ deep: depth !== 'uchar' && depth !== 'char', cmyk: space === 'cmyk', pages: pages ?? 1 },
    };
  } catch (cause) {
    const reason = String((cause as Error).message).split('\n')[0];
    const sentence = `${file} is no picture that can be read: ${reason}`;
    throw new NstError('input', 'PICTURE_UNREADABLE', sentence, { cause });
  }
}
