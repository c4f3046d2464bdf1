import type { Iterations, OptimizerName, Preset } from '../options/setting_types.js';
import type { MemoryForecast } from './forecast_memory.js';
import type { NetworkForecast } from './forecast_network.js';
import type { TimeForecast } from './forecast_time.js';

/** What a film job would do, take and need here and now. Plain data; bytes and seconds are estimates. */
export interface FilmForecast {
  /** Version of this layout. */
  readonly schema: 1;
  /** The film's file. */
  readonly input: string;
  /** The file or folder that would be written. */
  readonly output: string;
  /** Where the job would keep what it makes. */
  readonly workFolder: string;
  /** Width of the painted frames, px. */
  readonly width: number;
  /** Their height, px. */
  readonly height: number;
  /** How many frames there are, and how they would be painted. */
  readonly frames: {
    /** Frames of the output. */
    readonly total: number;
    /** Painted by an earlier run, and kept. */
    readonly finished: number;
    /** Left to paint: `first` and `next`; in several passes, frames that lack their last painting. */
    readonly toPaint: number;
    /** Painted afresh: the first of every shot, and those without a stored frame before them; in several passes, paintings of the first. */
    readonly first: number;
    /** Painted from the frame before; in several passes, paintings of all later ones. */
    readonly next: number;
  };
  /** Shots that the frames lie in. */
  readonly shots: number;
  /** The feature network. */
  readonly network: NetworkForecast;
  /** Preset of the settings. */
  readonly preset: Preset;
  /** How often each frame is painted. */
  readonly passes: number;
  /** What minimises the energy. */
  readonly optimizer: OptimizerName;
  /** Most iterations of a fresh frame, over all sizes it is painted at, and of a following one. */
  readonly iterations: Iterations;
  /** Evaluations of the energy at most: frames that stand still earlier (`--tolerance`) take fewer. */
  readonly evaluations: number;
  /** Optical flow. */
  readonly flow: {
    /** Its estimator; the file's name of a learned one. */
    readonly estimator: string;
    /** Pairs of frames whose flow is not stored yet. */
    readonly pairs: number;
  };
  /** Processor threads that evaluate the energy, of each shot that is painted at once. */
  readonly threads: number;
  /** Bytes on disk. */
  readonly disk: {
    /** What the work folder still has to hold, at most. */
    readonly work: number;
    /** What the output takes; of a film good to a factor of two. */
    readonly output: number;
    /** Free where the work folder is or will be; undefined where the system does not tell. */
    readonly free: number | undefined;
  };
  /** Bytes of memory at the peak of the job. */
  readonly memory: MemoryForecast & {
    /** What is free for this process now. */
    readonly available: number;
  };
  /** Seconds. */
  readonly seconds: TimeForecast;
  /** What the times were worked out from. */
  readonly measured: {
    /** Network that was measured: `lite` where the one asked for is not here. */
    readonly network: string;
    /** Width of the frames that were measured, px. */
    readonly width: number;
    /** Their height, px. */
    readonly height: number;
    /** Seconds of an evaluation with the optimiser's step, at the film's size. */
    readonly evaluation: number;
    /** Seconds of a pair of flow by itself, at the film's size. */
    readonly flowPair: number;
  };
  /** What else should be known, one sentence each. */
  readonly notes: readonly string[];
}
