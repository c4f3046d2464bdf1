import { readFile } from 'node:fs/promises';
import { writeAtomic } from '../../frames/atomic.js';
import type { MediaInfo } from '../../frames/probe.js';

interface StoredMedia {
  readonly schema: 1;
  readonly media: MediaInfo;
}

/** Keeps what is known of a film, so that its painted frames can become a film when it is no longer there. */
export async function writeMedia(path: string, media: MediaInfo): Promise<void> {
  const stored: StoredMedia = { schema: 1, media };
  await writeAtomic(path, `${JSON.stringify(stored)}\n`);
}

/** Reads `film.json` of a work folder; undefined where there is none that can be read. */
export async function readMedia(path: string): Promise<MediaInfo | undefined> {
  try {
    const stored = JSON.parse(await readFile(path, 'utf8')) as StoredMedia;
    return stored?.schema === 1 ? stored.media : undefined;
  } catch {
    return undefined;
  }
}
