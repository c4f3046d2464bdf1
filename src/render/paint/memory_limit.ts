import type { EnergyForm } from '../../nst/energy_form.js';
import type { Fit, MemoryLimit } from '../../nst/solver_memory.js';
import { canBeTiled } from '../../nst/tiled/tiled_energy.js';
import { FLOW_BYTES, PROGRAM_BYTES } from '../forecast/forecast_memory.js';
import { lookAtMachine } from '../forecast/machine.js';
import { parseBytes } from '../options/bytes.js';
import type { Settings } from '../options/setting_types.js';

/** Of the memory that is free when a job begins, what it may take unless it is told. */
const SHARE = 0.8;

/**
 * What a job may take of memory for each shot that is painted at once, bytes: of what `--memory` says, or of most of
 * what is free now.
 */
export function memoryOfLane({ memory, parallel }: Settings): number {
  const bytes =
    memory === undefined ? SHARE * lookAtMachine().memory.available : parseBytes(memory, '--memory');
  return Math.floor(bytes / parallel);
}

/** What else a film's job needs memory for. */
export interface BesidePainting {
  readonly width: number;
  readonly height: number;
  readonly threads: number;
}

/**
 * What the solver of a shot may take of memory; nothing where that is not limited: an energy that cannot be taken in
 * parts, or that is on a graphics card, is not looked at in windows unless `--memory` asks for it.
 *
 * @param bytes what `memoryOfLane` was when the job was begun: how many shots are left must change no pixel
 * @param film what runs beside it in a film
 */
export function solverLimit(
  settings: Settings,
  form: EnergyForm,
  bytes: number,
  film?: BesidePainting,
): MemoryLimit | undefined {
  const strict = settings.memory !== undefined;
  // A graphics card has a memory of its own, of which nothing is known.
  if (!strict && (settings.device !== 'cpu' || !canBeTiled(form))) return undefined;
  const flow = film ? flowBytes(settings, film) : 0;
  const history = settings.optimizer === 'lbfgs' ? settings.lbfgsHistory : 0;
  return { bytes: Math.max(0, bytes - PROGRAM_BYTES - flow), history, strict };
}

function flowBytes({ flow }: Settings, { width, height, threads }: BesidePainting): number {
  return Math.min(2, threads) * FLOW_BYTES[flow] * width * height;
}

/** What people are told where frames are painted otherwise than they would be with more memory; else nothing. */
export function describeFit({ tiling, history }: Fit, settings: Settings): string | undefined {
  if (!tiling) return undefined;
  const parts = tiling.map(({ columns, rows }) => `${columns}×${rows}`).join(', ');
  const forgets =
    settings.optimizer === 'lbfgs' && history < settings.lbfgsHistory
      ? `; L-BFGS remembers ${history} ${history === 1 ? 'step' : 'steps'} instead of ${settings.lbfgsHistory}`
      : '';
  const why = settings.memory === undefined ? 'memory is short' : `--memory ${settings.memory}`;
  return `${why}: the energy is evaluated in windows (${parts}), with the same result${forgets}`;
}
