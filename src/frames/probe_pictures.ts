import { NstError } from '../error.js';
import { ChildFailure } from './child.js';
import { hasAlpha } from './colour.js';
import { isDeep, type PictureFormat, pictureFormat } from './ffmpeg_picture.js';
import { PICTURE_RATE, parseFrameRate } from './frame_rate.js';
import { heifUnreadable } from './heif_advice.js';
import { readPictureHeader } from './picture_header.js';
import { kindOfStart, startOfFile } from './picture_kind.js';
import { isTooLarge, tooLarge } from './picture_limit.js';
import type { PictureSequence } from './picture_sequence.js';
import type { MediaInfo } from './probe.js';
import { rational, toNumber } from './rational.js';
import { openPicture, reasonOf } from './sharp_picture.js';

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
  const formats: Formats = new Map();
  let next = 0;
  const reader = async () => {
    while (next < files.length) {
      const i = next++;
      headers[i] = await readHeader(files[i], formats);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, reader));
  return headers;
}

/** Files of one run are alike: ffprobe, a process for each picture, says of the first how its samples are. */
type Formats = Map<string, Promise<PictureFormat>>;

async function readHeader(file: string, formats: Formats): Promise<Header> {
  const { start } = await startOfFile(file).catch((cause) => {
    throw unreadable(file, String((cause as NodeJS.ErrnoException).code ?? cause), cause);
  });
  const kind = kindOfStart(start, file);
  try {
    if (kind.by === 'ffmpeg') return await ffmpegHeader(file, kind.format, formats);
    const {
      autoOrient,
      depth,
      format,
      hasAlpha: alpha,
      pages,
      space,
    } = await openPicture(file, 'none').metadata();
    return {
      ...{ width: autoOrient.width, height: autoOrient.height, format, alpha },
      ...{ deep: depth !== 'uchar' && depth !== 'char', cmyk: space === 'cmyk', pages: pages ?? 1 },
    };
  } catch (cause) {
    if (isTooLarge(cause)) throw tooLarge(file, undefined, cause);
    if ('heif' in kind) throw heifUnreadable(file, file, kind.heif, cause);
    throw unreadable(file, cause instanceof ChildFailure ? cause.reason : reasonOf(cause), cause);
  }
}

async function ffmpegHeader(file: string, kind: string, formats: Formats): Promise<Header> {
  const size = await readPictureHeader(file, kind);
  const format = formats.get(kind) ?? pictureFormat(file, kind);
  if (size) formats.set(kind, format);
  const { pixelFormat, width, height } = size
    ? { ...(await format), ...size }
    : await pictureFormat(file, kind);
  return {
    ...{ width, height, format: kind, alpha: hasAlpha(pixelFormat), deep: isDeep(pixelFormat) },
    ...{ cmyk: false, pages: 1 },
  };
}

function unreadable(file: string, reason: string, cause: unknown): NstError {
  const sentence = `${file} is no picture that can be read: ${reason}`;
  return new NstError('input', 'PICTURE_UNREADABLE', sentence, { cause });
}
