import { colourMap, mapColours } from '../nst/colour_match.js';
import { DEFAULT_STOP, type IterationRecord, type StopRule } from '../nst/minimise.js';
import { noisePicture } from '../nst/noise.js';
import type { SolveOptions } from '../nst/solver.js';
import type { Picture } from '../picture.js';
import type { Settings } from './defaults.js';
import type { Emit } from './events.js';
import { palette, type WeightedStyle } from './style_pictures.js';

/** The source frame as paint is laid over it: in the painting's colours, unless `--init` says otherwise. */
export function ground(content: Picture, styles: readonly WeightedStyle[], { init }: Settings): Picture {
  return init === 'matched' ? mapColours(content, colourMap(content, palette(styles))) : content;
}

/** What a frame without a predecessor starts from, as `--init` says. */
export function freshStart(content: Picture, styles: readonly WeightedStyle[], settings: Settings): Picture {
  if (settings.init === 'noise') return noisePicture(content.width, content.height, settings.seed);
  return ground(content, styles, settings);
}

function stopRule({ tolerance }: Settings): StopRule {
  return { every: DEFAULT_STOP.every, relativeChange: tolerance };
}

/** What differs between the frames of a job, as the solver is asked for one. */
export type FrameRequest = Omit<SolveOptions, 'weights' | 'optimizer' | 'stop'>;

/** What the solver is given for one frame: that, and what the settings say of all frames. */
export function solveRequest(frame: FrameRequest, settings: Settings): SolveOptions {
  return {
    ...frame,
    // A still or first frame has no temporal term, whatever its weight.
    weights: {
      content: settings.contentWeight,
      style: settings.styleWeight,
      temporal: settings.temporalWeight,
      tv: settings.tvWeight,
    },
    optimizer: settings.optimizer,
    stop: stopRule(settings),
  };
}

/** Tells the evaluations of one frame as events; `iterations` is the most the frame will get. */
export function iterationTeller(
  emit: Emit,
  at: { readonly frame: number; readonly place: number; readonly frames: number },
): (record: IterationRecord, iterations: number) => void {
  return ({ iteration, energy, terms }, iterations) =>
    emit({ type: 'iteration', ...at, iteration, iterations, energy, terms });
}
