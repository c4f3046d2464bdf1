import { invalidArgument, NstError } from '../error.js';
import { countUpTo, type ProbedFile, type ProbedStream } from './ffprobe.js';

/**
 * The picture stream to render: the one that is wanted, else the default one, else the first.
 *
 * @throws NstError input NO_PICTURE, INPUT_IS_PICTURE; usage INVALID_ARGUMENT.
 */
export function chooseVideo(
  path: string,
  file: ProbedFile,
  wanted: number | undefined,
  thumbnails: ReadonlySet<number>,
): { stream: ProbedStream; notes: string[] } {
  const all = file.streams.filter((s) => s.codec_type === 'video');
  const films = all.filter((s) => !s.disposition?.attached_pic && !thumbnails.has(s.index));
  if (films.length === 0) {
    const what = all.length > 0 ? 'sound and cover art' : `only ${listed(file) || 'no streams'}`;
    throw new NstError('input', 'NO_PICTURE', `${path} has ${what}, no moving picture.`);
  }
  if (/^(image2|\w+_pipe)$/.test(file.format.format_name ?? '')) {
    const sentence = `${path} is a picture, not a film. A still is painted with: nst-video image`;
    throw new NstError('input', 'INPUT_IS_PICTURE', sentence);
  }
  const shown = (s: ProbedStream) => `${s.index} (${s.codec_name} ${s.width}x${s.height})`;
  if (wanted !== undefined) {
    const stream = films.find((s) => s.index === wanted);
    if (stream) return { stream, notes: [] };
    const expected = `one of the picture streams of ${path}: ${films.map(shown).join(', ')}`;
    throw invalidArgument('--video-stream', expected, wanted);
  }
  const stream = films.find((s) => s.disposition?.default) ?? films[0];
  const others = films.filter((s) => s !== stream).map(shown);
  if (others.length === 0) return { stream, notes: [] };
  const note = `The film has ${films.length} picture streams: ${shown(stream)} is rendered; --video-stream chooses ${others.join(' or ')}.`;
  return { stream, notes: [note] };
}

/** Picture streams of one still beside a film, whatever their flags say. */
export async function findThumbnails(path: string, file: ProbedFile): Promise<Set<number>> {
  const films = file.streams.filter((s) => s.codec_type === 'video' && !s.disposition?.attached_pic);
  const stills = films.filter((s) => STILL_CODECS.test(s.codec_name ?? ''));
  const found = new Set<number>();
  if (films.length < 2) return found;
  for (const { index, nb_frames } of stills)
    if ((Number(nb_frames) || (await countUpTo(path, index, 2))) === 1) found.add(index);
  // Where there is nothing else, a still is the film.
  return found.size < films.length ? found : new Set();
}

const STILL_CODECS = /^(mjpeg|png|bmp|webp|tiff|gif|jpeg2000|jpegls)$/;

function listed(file: ProbedFile): string {
  const kinds = new Set(file.streams.map((s) => (s.codec_type === 'audio' ? 'sound' : s.codec_type)));
  return [...kinds].join(' and ');
}
