import { readFrame } from '../../frames/picture_file.js';
import type { Picture } from '../../picture.js';
import { type Shot, shotsWithin } from '../../temporal/shots.js';
import { storedCoverage } from '../masks/film_masks.js';
import type { FrameMasks } from '../masks/mask_regions.js';
import { keepSource } from '../masks/masked_frame.js';
import { readStoredShots } from '../shots/stored_shots.js';
import { readPainting } from '../work/damage.js';
import type { WorkFolder } from '../work/work_folder.js';
import { type ColourSettings, changesPaint } from './colour_settings.js';
import { faded, fadesOfWork } from './fades_of_work.js';
import { storedLightBeyond } from './light_beyond.js';
import { matchColours, type Recolour, withColoursOf } from './match_colours.js';
import { joinPixels, samplePixels, spread } from './pixel_sample.js';
import { FRAMES_SAMPLED, withAlpha } from './shot_colours.js';

/** Makes of a stored painting what is shown of it. */
export type Show = (frame: number, painted: Picture) => Promise<Picture>;

/** What is shown of a painted photograph. */
export function shownStill(
  painted: Picture,
  content: Picture,
  settings: ColourSettings,
  masks?: FrameMasks,
): Picture {
  if (settings.colour === 'content-luma') return withColoursOf(painted, content, settings.colourSpace);
  if (settings.colour === 'style' || changesPaint(settings)) return painted;
  const shown = matchColours(samplePixels(painted), samplePixels(content), settings)(painted);
  return keepSource(shown, painted, masks);
}

/**
 * How frames of a work folder are shown, in a film or to a score. Paintings stay as they were painted: frames go on
 * from each other's paint, and other colours are a matter of encoding again.
 *
 * Colours are matched by one map for each shot, made of pixels of its stored frames from all over it: a map for each
 * frame would change what does not move whenever something else comes into the picture.
 *
 * Fades into black and white are the film's own: every frame is painted in the painting's light, and they are laid over
 * what is painted, unless they are to be painted too.
 *
 * @param finished All frames that are stored, ascending.
 * @param pathOf Where their paintings are, and `recordOf` their records.
 */
export async function showingOf(
  folder: WorkFolder,
  finished: readonly number[],
  pathOf: (frame: number) => string,
  settings: ColourSettings,
  recordOf: (frame: number) => string,
): Promise<Show> {
  const stored = await readStoredShots(folder.shots);
  // A loop, where no shots are looked for, is one.
  const shots = stored ? shotsWithin(stored.frames, stored.starts) : [];
  const recolour = recolouringOf(folder, finished, pathOf, settings, shots);
  if (settings.paintFades) return recolour;
  // A range begins no shot by itself.
  const starts = shots.filter(({ begin }) => begin !== 'start').map(({ first }) => first);
  const fades = await fadesOfWork(finished, recordOf, starts, await storedLightBeyond(folder.lightBeyond));
  return async (frame, painted) => {
    const shown = await recolour(frame, painted);
    const fade = fades.get(frame);
    if (!fade) return shown;
    return keepSource(faded(shown, fade), shown, { coverage: await storedCoverage(folder, frame) });
  };
}

function recolouringOf(
  folder: WorkFolder,
  finished: readonly number[],
  pathOf: (frame: number) => string,
  settings: ColourSettings,
  shots: readonly Shot[],
): Show {
  if (settings.colour === 'content-luma')
    return async (frame, painted) =>
      withColoursOf(painted, await readFrame(folder.frame(frame)), settings.colourSpace);
  if (settings.colour === 'style' || changesPaint(settings)) return async (_, painted) => painted;
  const maps = new Map<Shot | undefined, Promise<Recolour>>();
  return async (frame, painted) => {
    const shot = shots.find(({ first, last }) => frame >= first && frame <= last);
    const frames = () => finished.filter((f) => !shot || (f >= shot.first && f <= shot.last));
    const map = maps.get(shot) ?? mapOf(spread(frames(), FRAMES_SAMPLED), folder, pathOf, settings);
    maps.set(shot, map);
    const coverage = await storedCoverage(folder, frame);
    return keepSource((await map)(painted), painted, { coverage });
  };
}

async function mapOf(
  frames: readonly number[],
  folder: WorkFolder,
  pathOf: (frame: number) => string,
  settings: ColourSettings,
): Promise<Recolour> {
  const painted: Picture[] = [];
  const film: Picture[] = [];
  for (const frame of frames) {
    const source = await withAlpha(await readFrame(folder.frame(frame)), frame, folder);
    film.push(samplePixels(source));
    painted.push(samplePixels({ ...(await readPainting(pathOf(frame))), alpha: source.alpha }));
  }
  return matchColours(joinPixels(painted), joinPixels(film), settings);
}
