import { BLANK_ENDS, BLANK_SPREAD, type Light } from './light.js';

/** A frame of the film with the light of its luma. */
export interface LitFrame extends Light {
  /** Its number in the film. */
  readonly frame: number;
  /** The same of all frames of one shot. */
  readonly shot: unknown;
}

/** The part of a frame that is seen in a fade: `share` of the picture, over black or white as it is in the film, grey levels. */
export interface Fade {
  readonly share: number;
  readonly over: number;
}

/** Frames that no fade comes out of are blank where they are flat and black or white themselves. */
const FLAT_SPREAD = 1;
const FLAT_ENDS = 4;
/** The blank that a picture comes out of lies at most this share of the picture's own way from black or white. */
const PEDESTAL = 0.25;
/** At the first and the last frame of a shot so little of a picture may be left instead. */
const NEARLY_BLANK = 0.15;
/** A fade has ended where none of so many frames further on shows a larger share of the picture by more than this. */
export const AHEAD = 8;
const MORE = 1.03;
/** Frames that a fade takes at most. */
export const LONGEST = 250;
/** Spread of luma that a picture has at least, grey levels. */
const PICTURE_SPREAD = 8;
/** In a fade spread and distance from black or white shrink together, within this factor; a thing that comes in differs. */
const TOGETHER = 1.7;
/** Below this share, noise and rounding decide. */
const FAINT = 0.1;

/**
 * The fades into and out of black and white among frames of a film: what the cutter did, not light of the scene. Paintings
 * take all light off, each frame has the painting's own, so whoever shows them lays fades over them again.
 *
 * From a blank frame on, frames on either side within their shot belong to a fade as long as more and more of one picture
 * can be seen; their share, and that of the blank ones before them, is that of its distance from the blankest. Other frames
 * have share 0 where they are flat: a night or fog is a picture, however dim.
 *
 * @param frames ascending; where a number is missing, nothing goes on.
 * @returns by frame number; frames that are seen whole are left out.
 */
export function fadesAmong(frames: readonly LitFrame[]): Map<number, Fade> {
  const fades = new Map<number, Fade>();
  for (const end of [0, 255] as const) {
    const lights = frames.map((frame) => ({ ...frame, far: Math.abs(frame.level - end) }));
    for (let at = 0; at < lights.length; at++)
      for (const step of [1, -1]) {
        for (const { frame, share, over, blank } of rampFrom(lights, at, step, end)) {
          const known = fades.get(frame);
          // Between two fades a blank frame belongs to the one of which more can be seen.
          if (!known || (blank ? share > known.share : share < known.share))
            fades.set(frame, { share, over });
        }
      }
    for (const { frame, spread, far, level } of lights)
      if (spread < FLAT_SPREAD && far < FLAT_ENDS && !fades.has(frame))
        fades.set(frame, { share: 0, over: level });
  }
  return fades;
}

interface Distance extends LitFrame {
  /** From black, or white. */
  readonly far: number;
}

const isBlank = ({ spread, far }: Distance) => spread < BLANK_SPREAD && far < BLANK_ENDS;

type Ramp = readonly (Fade & { readonly frame: number; readonly blank: boolean })[];

/** The frames of a fade that comes out of frame `at` in one direction of time, with their shares; none where none does. */
function rampFrom(lights: readonly Distance[], at: number, step: number, black: 0 | 255): Ramp {
  const adjoining = (k: number) => lights[k + step]?.frame === lights[k].frame + step;
  // A blank frame whose neighbour is none begins a fade of that one's shot; so does a shot's outermost frame.
  const blank = isBlank(lights[at]);
  if (blank && (!adjoining(at) || isBlank(lights[at + step]))) return [];
  const first = blank ? at + step : at;
  const inShot = (k: number) =>
    lights[k] !== undefined &&
    lights[k].frame === lights[first].frame + (k - first) &&
    lights[k].shot === lights[first].shot;
  if (!blank && inShot(at - step)) return [];
  const end = plateau(lights, first, step, inShot);
  const whole = lights[end];
  if (whole.spread < PICTURE_SPREAD || whole.far <= 0) return [];
  if (!blank && (end === first || lights[first].far > NEARLY_BLANK * whole.far)) return [];
  const run: Distance[] = [];
  for (let k = at; blank && lights[k]?.frame === lights[at].frame + (k - at) && isBlank(lights[k]); k -= step)
    run.push(lights[k]);
  // Blacks may be lifted: what nothing can be seen in is what the picture comes out of.
  const pedestal = run.reduce((least, { far }) => Math.min(least, far), blank ? Number.POSITIVE_INFINITY : 0);
  if (pedestal > PEDESTAL * whole.far) return [];
  const over = Math.abs(black - pedestal);
  const shareOf = ({ far }: Distance) => Math.min(1, Math.max(0, (far - pedestal) / (whole.far - pedestal)));
  const ramp = run.map((light) => ({ frame: light.frame, share: shareOf(light), over, blank }));
  for (let k = first; k !== end; k += step) {
    const share = shareOf(lights[k]);
    const together = share < FAINT ? 1 : lights[k].spread / whole.spread / share;
    if (together > TOGETHER || together < 1 / TOGETHER) return [];
    ramp.push({ frame: lights[k].frame, share, over, blank: false });
  }
  return ramp;
}

/** The place at which a fade has ended: no frame a little further on shows more. */
function plateau(
  lights: readonly Distance[],
  first: number,
  step: number,
  inShot: (k: number) => boolean,
): number {
  let end = first;
  for (let length = 0; length < LONGEST; length++) {
    let best = end;
    for (let k = end + step; Math.abs(k - end) <= AHEAD && inShot(k); k += step)
      if (lights[k].far > lights[best].far) best = k;
    if (lights[best].far <= MORE * lights[end].far) return end;
    end += step;
  }
  return end;
}
