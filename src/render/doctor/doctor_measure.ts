import type { DeviceName, RuntimeName } from '../../engine/index.js';
import { FrameSolver } from '../../nst/solver.js';
import { createPicture, type Picture } from '../../picture.js';
import { timeSolve } from '../forecast/time_solve.js';
import { DEFAULTS } from '../options/defaults.js';
import { energyWeights } from '../paint/minimising.js';

/** How fast this machine evaluates the energy and its gradient. */
export interface MeasuredEvaluation {
  /** Name of the network. */
  readonly network: string;
  /** Runtime and threads. */
  readonly runtime: string;
  /** Width of the picture, px. */
  readonly width: number;
  /** Its height, px. */
  readonly height: number;
  /** Until the graphs were ready and had run once, ms. */
  readonly prepare: number;
  /** One evaluation with the optimiser's step, ms. */
  readonly evaluation: number;
  /** How many of them in a second. */
  readonly perSecond: number;
}

const WIDTH = 320;
const HEIGHT = 180;
/** Seconds that evaluations are measured for. */
const PATIENCE = 1.5;

/**
 * Paints a pattern for a moment.
 * @throws NstError as `FrameSolver.start`.
 */
export async function measureEvaluation(
  networkPath: string,
  threads: number,
  runtime: RuntimeName,
  device: DeviceName = 'cpu',
): Promise<MeasuredEvaluation> {
  const began = performance.now();
  const solver = await FrameSolver.start({ networkPath, threads, runtime, device });
  try {
    const content = waves(1);
    await solver.setStyles([{ picture: waves(3), weight: 1 }]);
    const weights = energyWeights(DEFAULTS);
    const task = { content, start: content, weights, optimizer: DEFAULTS.optimizer };
    await timeSolve(solver, task, { seconds: 0, least: 1, most: 1 });
    const prepare = performance.now() - began;
    const { iteration } = await timeSolve(solver, task, { seconds: PATIENCE, least: 4, most: 60 });
    const info = solver.networkInfo();
    const evaluation = 1000 * iteration;
    const size = { width: WIDTH, height: HEIGHT };
    return {
      network: info.name,
      runtime: info.runtime,
      ...size,
      prepare,
      evaluation,
      perSecond: 1 / iteration,
    };
  } finally {
    await solver.close();
  }
}

/** A picture with something at every scale: time does not depend on what is in it, as long as it is not flat. */
function waves(frequency: number): Picture {
  const picture = createPicture(WIDTH, HEIGHT);
  const { data } = picture;
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    data[i] = 128 + 60 * Math.sin((frequency * x) / 7) + 60 * Math.sin((frequency * y * x) / 400);
  }
  return picture;
}
