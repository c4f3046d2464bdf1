import { NstError } from '../error.js';
import type { EnergyForm } from './energy_form.js';
import { type LayerShape, networkCost } from './network_cost.js';
import { type Evaluated, fitWindows, wholeEvaluation } from './tiled/fit_memory.js';
import type { Tiling } from './tiled/stage.js';
import { assertTiles } from './tiled/tiled_energy.js';

/** Bytes of what a solver takes, by what takes them. */
export interface SolverMemory {
  /** The network's weights, as often as the graphs hold them. */
  readonly network: number;
  /** Features of a frame and their gradients. */
  readonly features: number;
  /** Pictures on their way, and what the optimiser remembers of them. */
  readonly pictures: number;
}

/** What a solver may take. */
export interface MemoryLimit {
  /** Bytes of the solver, and of the pictures that whoever uses it holds. */
  readonly bytes: number;
  /** Steps that L-BFGS is to remember; 0 for other optimisers. */
  readonly history: number;
  /** Whether a frame that does not fit is refused: else it takes as little as can be. */
  readonly strict: boolean;
}

/** How frames of one size are painted within a limit. */
export interface Fit {
  /** How the energy is evaluated in windows; as a whole where absent. */
  readonly tiling: Tiling | undefined;
  /** Steps that L-BFGS remembers. */
  readonly history: number;
  readonly memory: SolverMemory;
}

/** Copies of every weight: as read, for the energy, for its gradient and for the content, some in blocks of channels. */
const COPIES = 11;
/**
 * Pictures `[3,H,W]` of float32 that the painter, the solver and L-BFGS without a history hold, those that wait to be
 * collected among them; as a whole, also what the graph holds of that size.
 */
const PICTURES = { whole: 98, windows: 24 };
/** What a pair of L-BFGS takes: a step and the change of the gradient over it. */
const PAIR = 2;

/**
 * Evaluations that it takes with so many steps remembered, as a multiple of those with all of them: a rule of thumb,
 * good enough to weigh small windows against forgetting.
 */
const evaluationsWith = (history: number): number => 1 + 1 / (1 + history);

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a solver takes that looks at pictures of this size as a whole. */
export function wholeMemory(
  layers: readonly LayerShape[],
  form: EnergyForm,
  size: Size,
  history: number,
): SolverMemory {
  const { bytes } = wholeEvaluation(layers, form, size);
  const pictures = (PICTURES.whole + PAIR * history) * bytesOf(size);
  return { network: weightBytes(layers, form), pictures, features: bytes };
}

function weightBytes(layers: readonly LayerShape[], form: EnergyForm): number {
  return COPIES * networkCost(layers, form).weights;
}

/** Of a picture `[3,H,W]`. */
function bytesOf({ width, height }: Size): number {
  return 12 * width * height;
}

/** All of it together. */
export function sumOf({ network, features, pictures }: SolverMemory): number {
  return network + features + pictures;
}

/**
 * How frames of a size are painted within a limit: as a whole where there is room, else in windows, L-BFGS remembering
 * fewer steps where windows would have to be so small that their halos cost more. Depends on its arguments
 * alone: the same limit gives the same picture.
 *
 * @throws NstError resources MEMORY_TOO_SMALL for a strict limit that nothing fits into; usage INVALID_ARGUMENT for an
 *   energy that would have to be in windows and cannot
 */
export function fitMemory(
  layers: readonly LayerShape[],
  form: EnergyForm,
  size: Size,
  { bytes, history, strict }: MemoryLimit,
): Fit {
  const whole = wholeMemory(layers, form, size, history);
  if (sumOf(whole) <= bytes) return { tiling: undefined, history, memory: whole };
  assertTiles(form);
  const network = weightBytes(layers, form);
  const within = (kept: number, room: (left: number) => Evaluated): Fit & { readonly cost: number } => {
    const pictures = (PICTURES.windows + PAIR * kept) * bytesOf(size);
    const { tiling, bytes: features, cost } = room(bytes - network - pictures);
    return { tiling, history: kept, memory: { network, pictures, features }, cost };
  };
  const smallest = fitWindows(layers, form, size, 0);
  let best: Fit | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let kept = history; kept >= Math.min(history, 1); kept--) {
    const { cost, ...fit } = within(kept, (left) =>
      left > smallest.bytes ? fitWindows(layers, form, size, left) : smallest,
    );
    const work = cost * evaluationsWith(kept);
    if (sumOf(fit.memory) > bytes || work >= least) continue;
    best = fit;
    least = work;
  }
  if (best) return best;
  const { cost: _, ...fit } = within(Math.min(history, 1), () => smallest);
  if (!strict) return fit;
  throw memoryTooSmall(size, bytes, sumOf(fit.memory));
}

function memoryTooSmall({ width, height }: Size, bytes: number, needed: number): NstError {
  const mebibytes = (n: number) => `${Math.round(n / 2 ** 20)} MiB`;
  return new NstError(
    'resources',
    'MEMORY_TOO_SMALL',
    `--memory: frames of ${width}×${height} px need ${mebibytes(needed)} for the solver, found ${mebibytes(bytes)} for it`,
  );
}
