import type { BlockEdges } from './block_edges.js';
import type { Drift } from './drift.js';
import type { FlickerSummary } from './flicker.js';

/** A number over the frames of a film. */
export interface Extent {
  /** Over all of them. */
  readonly mean: number;
  /** The greatest. */
  readonly worst: number;
  /** The frame that has it, by its number in the source, from 0. */
  readonly worstFrame: number;
}

/** How far one frame is from an earlier one moved along; colours count as 0..1. */
export interface FrameError {
  /** The frame's number in the source, from 0. */
  readonly frame: number;
  /** Mean square of the difference weighted by certainty, divided by all pixels. */
  readonly all: number;
  /** The same divided by the certain pixels: the warping error of Lai et al. 2018. */
  readonly certain: number;
  /** Share of certain pixels, 0..1. */
  readonly certainShare: number;
}

/** The temporal error at one distance. */
export interface DistanceScore {
  /** How many frames apart the frames of a pair are. */
  readonly distance: number;
  /** Where the motion came from: an estimator's name, `stored` in a work folder, or the folder of `--flow-dir`. */
  readonly flow: string;
  /** Frames with an earlier one at this distance within their shot. */
  readonly pairs: number;
  /** `all` of the frames; undefined where there is no pair. */
  readonly all: Extent | undefined;
  /** `certain` of the frames; undefined where there is no pair. */
  readonly certain: Extent | undefined;
  /** Mean of `certainShare`; 0 where there is no pair. */
  readonly certainShare: number;
  /** The frames in their order. */
  readonly frames: readonly FrameError[];
}

/** What a network says of one stylised frame. */
export interface FrameEnergy {
  /** The frame's number in the source, from 0. */
  readonly frame: number;
  /** Each term before its weight, by name: `content.LAYER`, `style.LAYER`. */
  readonly terms: Readonly<Record<string, number>>;
}

/** Energies of stylised frames under one network. */
export interface EnergyScore {
  /** The network's name or file. */
  readonly network: string;
  /** Each term over the frames, by name. */
  readonly terms: Readonly<Record<string, Extent>>;
  /** The frames in their order. */
  readonly frames: readonly FrameEnergy[];
}

/** All that a score measures: what `--json` prints and `score.json` holds. */
export interface ScoreReport {
  /** Rises when a field changes its meaning or goes away. */
  readonly schema: 1;
  /** Version of the program that measured. */
  readonly program: string;
  /** The source film. */
  readonly input: string;
  /** The stylised film, folder of pictures or work folder. */
  readonly stylised: string;
  /** Of the stylised frames, px. */
  readonly width: number;
  /** Of the stylised frames, px. */
  readonly height: number;
  /** The frames that were measured, by their numbers in the source, from 0. */
  readonly frames: readonly number[];
  /** The first frames of shots, but for the first shot; pairs across one are left out. */
  readonly cuts: readonly number[];
  /** By distance, ascending. */
  readonly errors: readonly DistanceScore[];
  /** Where it flickers, at the least distance; undefined where there is no pair. */
  readonly flicker: FlickerSummary | undefined;
  /** What the network says. */
  readonly energy: EnergyScore;
  /** How much of a grid of 8 px is in the stylised frames, and in the source; undefined of flat and tiny pictures. */
  readonly blockEdges: {
    readonly stylised: BlockEdges | undefined;
    readonly source: BlockEdges | undefined;
  };
  /** How colours wander off from the source's. */
  readonly drift: Drift;
}

/** Mean and greatest of some numbers; undefined where there are none. */
export function extentOf(values: readonly (readonly [frame: number, value: number])[]): Extent | undefined {
  if (values.length === 0) return undefined;
  let sum = 0;
  let [worstFrame, worst] = values[0];
  for (const [frame, value] of values) {
    sum += value;
    if (value > worst) [worstFrame, worst] = [frame, value];
  }
  return { mean: sum / values.length, worst, worstFrame };
}

export function distanceScore(distance: number, flow: string, frames: readonly FrameError[]): DistanceScore {
  const shares = frames.reduce((sum, { certainShare }) => sum + certainShare, 0);
  return {
    distance,
    flow,
    pairs: frames.length,
    all: extentOf(frames.map(({ frame, all }) => [frame, all])),
    certain: extentOf(frames.map(({ frame, certain }) => [frame, certain])),
    certainShare: frames.length > 0 ? shares / frames.length : 0,
    frames,
  };
}

export function energyScore(network: string, frames: readonly FrameEnergy[]): EnergyScore {
  const terms: Record<string, Extent> = {};
  for (const name of Object.keys(frames[0]?.terms ?? {})) {
    const extent = extentOf(frames.map((f) => [f.frame, f.terms[name]]));
    if (extent) terms[name] = extent;
  }
  return { network, terms, frames };
}
