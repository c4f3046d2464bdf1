import { NstError } from '../error.js';
import { parseFrameRate } from '../frames/frame_rate.js';
import { type MediaInfo, probe } from '../frames/probe.js';
import { toNumber } from '../frames/rational.js';
import type { Settings } from './options/setting_types.js';
import { inputHash } from './work/file_hash.js';
import type { Manifest } from './work/manifest.js';
import { readMedia } from './work/stored_media.js';
import type { WorkFolder } from './work/work_folder.js';

/** The film that a work folder's frames were made from, as far as it is still there. */
export interface WorkSource {
  readonly media: MediaInfo;
  /** Whether nothing but the painted frames can be had. */
  readonly alone: boolean;
  /** One sentence or two, where the film is not what it was. */
  readonly note?: string;
}

/**
 * Finds the film of a work folder. If it is gone or another one has its name, the frames keep the times and
 * colours that the folder knows of.
 *
 * @throws NstError as probe, and input FILE_CHANGED, where the folder is of a version that kept nothing of its film.
 */
export async function sourceOfWork(
  folder: WorkFolder,
  manifest: Manifest,
  settings: Settings,
): Promise<WorkSource> {
  const { path: input, reading, sha256 } = manifest.input;
  const stored = withRate(await readMedia(folder.media), settings);
  let found: MediaInfo;
  try {
    const fps = settings.fps && { fps: settings.fps };
    found = await probe(input, { ...reading, videoStream: manifest.film.stream, ...fps });
  } catch (error) {
    if (!stored || !(error instanceof NstError) || error.kind !== 'input') throw error;
    return { media: stored, alone: true, note: `${sentence(error.message)} ${PICTURE_ALONE}` };
  }
  if ((await inputHash(found)) === sha256) return { media: found, alone: false };
  const changed = `${input}: expected the film the frames were made from, found other contents`;
  if (!stored) throw new NstError('input', 'FILE_CHANGED', changed);
  if (!sameTimes(found, stored)) return { media: stored, alone: true, note: `${changed}. ${PICTURE_ALONE}` };
  const video = { ...stored.video, startTime: found.video.startTime };
  return { media: { ...found, video }, alone: false, note: `${changed}. ${AS_IT_IS}` };
}

const PICTURE_ALONE = 'The film is made of the painted frames alone, without sound, subtitles and titles.';
const AS_IT_IS =
  'Its pictures are shown at the same times: its sound, subtitles and titles are taken as they are now.';

/** Pictures have the rate that is asked for, other films their own. */
function withRate(media: MediaInfo | undefined, { fps }: Settings): MediaInfo | undefined {
  if (!media?.pictures || fps === undefined) return media;
  return { ...media, video: { ...media.video, frameRate: parseFrameRate(fps) } };
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

function sameTimes({ video: a }: MediaInfo, { video: b }: MediaInfo): boolean {
  if (a.frameCount !== b.frameCount) return false;
  const seconds = ({ frameCount, frameRate }: MediaInfo['video']) => frameCount / toNumber(frameRate);
  return Math.abs(seconds(a) - seconds(b)) < 1 / toNumber(b.frameRate);
}
