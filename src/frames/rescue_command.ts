import { shellQuoted } from './child.js';
import type { ProbedFile, ProbedStream } from './ffprobe.js';

/** Arguments of ffmpeg around the file's name: before it, of its picture, and the file to make. */
export interface Rescue {
  readonly input?: string;
  readonly picture: string;
  readonly output: string;
}

/**
 * A command for the user that makes a film of another which cannot be taken as it is: the picture, and every sound that
 * ffmpeg can decode, without loss, whatever the source's container could hold that others cannot.
 */
export function rescueCommand(
  path: string,
  { index }: ProbedStream,
  file: Pick<ProbedFile, 'streams'>,
  { input, picture, output }: Rescue,
): string {
  const sounds = file.streams.filter((s) => s.codec_type === 'audio' && !UNKNOWN.test(s.codec_name ?? ''));
  const maps = [index, ...sounds.map((s) => s.index)].map((stream) => `-map 0:${stream}`).join(' ');
  const sound = sounds.length > 0 ? ' -c:a flac' : '';
  return `ffmpeg ${input ? `${input} ` : ''}-i ${shellQuoted(path)} ${maps} ${picture}${sound} ${output}`;
}

const UNKNOWN = /^(unknown|none)?$/;
