import type { FlowField } from '../flow/flow_field.js';
import type { Picture, Plane } from '../picture.js';
import { toneDifference } from './tone.js';
import { warpPicture, warpSharp } from './warp.js';
import { withinRange } from './within_range.js';

/** A frame of the film in the painting's colours, `[3,H,W]`: by the map made of itself, and by that of another frame. */
export interface Grounds {
  readonly own: Picture;
  readonly other: Picture;
}

/** A change of light as it is followed. */
export interface LightChange {
  /** `[3,H,W]`, grey levels. */
  readonly change: Picture;
  /** How far what was painted in the earlier light can be gone on from, the certainty of the flow in it: `[H,W]`, 0..1. */
  readonly certainty: Plane;
}

/** The change of all light is told from that of a part of it by how much less is left of it, and by being seen. */
const OF_ALL = 0.7;
const SEEN = 0.5;

/** Paint is no longer gone on from where the light of a part has changed by so many grey levels, fully and at all. */
const FOLLOWED = 48;
const LOST = 80;

/**
 * How much lighter, darker or otherwise coloured the film has become since an earlier frame: in each block of 16 px what is
 * certain of it.
 *
 * Light that changes over a part of the picture, a shadow that moves, is the difference of both frames by one map of
 * colours, the mean of their own. Light that changes over all of it, a fade, a flash, exposure, is none: it is taken
 * off by each frame's own map, as it is where a frame is painted afresh, whatever its light. So what is added up over
 * frames comes to the difference of the first frame's ground and the last one's, and grows no further: by one map the
 * steps of a fade, each enlarged by what a nearly black frame takes to have the painting's contrast, add up to white.
 * Both ways of time it is the same but for its sign: a flash takes back what it brought. Paint of which half would be
 * clipped has nothing to take back, though: where a part changes by much, as in lightning, nothing is certain.
 *
 * @param flow From the frame now to the earlier one, px.
 * @param certainty Of that flow, 0..1.
 * @param then The earlier frame of the film, and `now` this one.
 */
export function lightChange(flow: FlowField, certainty: Plane, then: Grounds, now: Grounds): LightChange {
  const between = (later: Picture, earlier: Picture) =>
    toneDifference(later, certainty, warpPicture(earlier, flow).picture);
  const ofPart = between(mean(now), mean(then));
  const ofAll = between(now.own, then.own);
  const [part, all] = [size(ofPart), size(ofAll)];
  if (part > SEEN && all < OF_ALL * part) return { change: ofAll, certainty };
  return { change: ofPart, certainty: certaintyWithin(ofPart, certainty) };
}

/**
 * An earlier painted frame as it would look now, ω, `[3,H,W]`, 0..255: warped, and in each block of 16 px as much
 * lighter, darker or otherwise coloured as the film has become there. The light of a scene is thus followed at once,
 * where the temporal term would hold the paint to what it was: a shadow does not leave its paint behind.
 *
 * Differs from section 4.1 of Ruder et al. 2016, whose ω is the warped frame alone.
 *
 * @param painted The earlier painted frame.
 * @param flow From the frame now to the earlier one, px.
 * @param change As `lightChange` says.
 */
export function carryPainting(painted: Picture, flow: FlowField, { change }: LightChange): Picture {
  const carried = warpSharp(painted, flow);
  const { data } = carried;
  for (let i = 0; i < data.length; i++) data[i] += withinRange(data[i], change.data[i]);
  return carried;
}

/** The certainty as far as light changes by what can be followed. */
function certaintyWithin({ data }: Picture, certainty: Plane): Plane {
  const n = certainty.data.length;
  const within = certainty.data.map((c, p) => {
    const most = Math.max(Math.abs(data[p]), Math.abs(data[n + p]), Math.abs(data[2 * n + p]));
    return c * Math.min(1, Math.max(0, (LOST - most) / (LOST - FOLLOWED)));
  });
  return { ...certainty, data: within };
}

function mean({ own, other }: Grounds): Picture {
  if (own === other) return own;
  return { ...own, data: own.data.map((v, i) => (v + other.data[i]) / 2) };
}

function size({ data }: Picture): number {
  let sum = 0;
  for (const v of data) sum += Math.abs(v);
  return sum / data.length;
}
