import { NstError } from '../error.js';
import type { EnergyForm } from './energy_form.js';
import { type LayerShape, networkCost } from './network_cost.js';
import { fitWindows, wholeEvaluation } from './tiled/fit_memory.js';
import type { Tiling } from './tiled/stage.js';

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
/** Pictures `[3,H,W]` of float32 that the painter, the solver and L-BFGS without a history hold. */
const PICTURES = 98;
/** What a pair of L-BFGS takes: a step and the change of the gradient over it. */
const PAIR = 2;

/** Evaluations that cost more than this are avoided as long as there is something that L-BFGS can forget. */
const DEAR = 1.6;
/** Steps that L-BFGS remembers at least before evaluations may be dearer still. */
const FEW = 3;

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
  return { ...besides(layers, form, size, history), features: bytes };
}

function besides(layers: readonly LayerShape[], form: EnergyForm, { width, height }: Size, history: number) {
  const pictures = (PICTURES + PAIR * history) * 12 * width * height;
  return { network: COPIES * networkCost(layers, form).weights, pictures };
}

/** All of it together. */
export function sumOf({ network, features, pictures }: SolverMemory): number {
  return network + features + pictures;
}

/**
 * How frames of a size are painted within a limit: as a whole where there is room, else in windows, L-BFGS remembering
 * fewer steps where windows would have to be so small that their halos cost more than that. Depends on its arguments
 * alone: the same limit gives the same picture.
 *
 * @throws NstError resources MEMORY_TOO_SMALL for a strict limit that nothing fits into
 */
export function fitMemory(
  layers: readonly LayerShape[],
  form: EnergyForm,
  size: Size,
  { bytes, history, strict }: MemoryLimit,
): Fit {
  const whole = wholeMemory(layers, form, size, history);
  if (sumOf(whole) <= bytes) return { tiling: undefined, history, memory: whole };
  let best: (Fit & { readonly cost: number }) | undefined;
  for (let kept = history; kept >= Math.min(history, 1); kept--) {
    const { network, pictures } = besides(layers, form, size, kept);
    const { tiling, bytes: features, cost } = fitWindows(layers, form, size, bytes - network - pictures);
    const fit = { tiling, history: kept, memory: { network, pictures, features }, cost };
    if (sumOf(fit.memory) <= bytes) {
      if (cost <= DEAR) return fit;
      if (!best || (kept >= FEW && cost < best.cost) || sumOf(best.memory) > bytes) best = fit;
    } else if (!best || sumOf(best.memory) > bytes) best = fit;
  }
  if (best && (!strict || sumOf(best.memory) <= bytes)) return best;
  throw memoryTooSmall(size, bytes, best ? sumOf(best.memory) : sumOf(whole));
}

function memoryTooSmall({ width, height }: Size, bytes: number, needed: number): NstError {
  const mebibytes = (n: number) => `${Math.round(n / 2 ** 20)} MiB`;
  return new NstError(
    'resources',
    'MEMORY_TOO_SMALL',
    `--memory: frames of ${width}×${height} px need ${mebibytes(needed)} for the solver, found ${mebibytes(bytes)} for it`,
  );
}
