import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { invalidArgument, NstError } from '../../error.js';
import { probe } from '../../frames/probe.js';
import { parseRanges } from '../../frames/ranges.js';
import { frameStart } from '../../frames/timing.js';
import { type Shot, shotsWithin } from '../../temporal/shots.js';
import { FilmDamage } from '../film_damage.js';
import type { ShotsOptions } from '../options/options.js';
import { checkedPath, resolveSettings } from '../options/settings.js';
import { readingOf } from '../reading.js';
import { findShots } from './find_shots.js';
import { sheetNames, writeSheets } from './shots_sheet.js';

/** One shot of a film, as `listShots` tells it. */
export interface ListedShot {
  /** Its number, from 1. */
  readonly shot: number;
  /** Its first frame, from 0. */
  readonly first: number;
  /** Its last frame, included. */
  readonly last: number;
  /** When it begins, seconds from the film's first frame. */
  readonly start: number;
  /** How long it is, seconds. */
  readonly seconds: number;
  /** What it begins with: a hard cut, a fade, or the frames that were looked at. */
  readonly begin: 'start' | 'cut' | 'fade' | 'given';
}

/** The shots of a film. Plain data. */
export interface ShotsReport {
  /** Version of this layout. */
  readonly schema: 1;
  /** The film's file. */
  readonly input: string;
  /** In order; together the frames that were looked at. */
  readonly shots: readonly ListedShot[];
  /** Contact sheets that were written. */
  readonly sheets: readonly string[];
  /** What the user should know about this film: one sentence each. */
  readonly notes: readonly string[];
}

/** How `listShots` is watched and stopped. */
export interface ListShotsRun {
  /** Aborting stops the search. */
  readonly signal?: AbortSignal;
  /** Told after every frame: how many were looked at so far, of how many, and how many beginnings were found. */
  readonly onFrame?: (looked: number, frames: number, found: number) => void;
}

/**
 * Finds the shots of a film as `renderFilm` does before it paints, and, where `output` is given, draws a contact
 * sheet: a row for each shot with its first, middle and last frame; thirty rows on a sheet, further ones beside it.
 *
 * @param input The film's file.
 * @param options By the names of the command line's options, without dashes.
 * @param run What watches and stops it.
 * @throws NstError usage INVALID_ARGUMENT; input OUTPUT_EXISTS, and where the film cannot be read; interrupted.
 */
export async function listShots(
  input: string,
  options: ShotsOptions = {},
  { signal = new AbortController().signal, onFrame }: ListShotsRun = {},
): Promise<ShotsReport> {
  const settings = resolveSettings('shots', options);
  const { output } = settings;
  if (output !== undefined && extname(output).toLowerCase() !== '.png')
    throw invalidArgument('--output', 'a .png file for the contact sheet', output);
  const media = await probe(checkedPath(input, 'film'), readingOf(settings));
  const { frameCount } = media.video;
  const ranges = settings.frames
    ? parseRanges(settings.frames, frameCount)
    : [{ first: 0, last: frameCount - 1 }];
  if (output !== undefined && !settings.overwrite) requireFree(output);
  const notes = [...media.notes];
  const damage = new FilmDamage(media.video, (message) => notes.push(message));
  const looking = { signal, onFrame, onDamage: damage.hear };
  const shots = shotsWithin(ranges, await findShots(media, ranges, looking));
  damage.tell();
  const sheets = output === undefined ? [] : sheetNames(output, shots.length);
  if (!settings.overwrite) for (const sheet of sheets) requireFree(sheet);
  if (output !== undefined) await writeSheets(media, shots, output, signal);
  const timed = ({ first, last, begin }: Shot, i: number): ListedShot => {
    const start = frameStart(media.video, first);
    return { shot: i + 1, first, last, start, seconds: frameStart(media.video, last + 1) - start, begin };
  };
  return { schema: 1, input, shots: shots.map(timed), sheets, notes };
}

function requireFree(path: string): void {
  if (!existsSync(path)) return;
  throw new NstError('input', 'OUTPUT_EXISTS', `${path} exists already. To replace it add --overwrite.`);
}
