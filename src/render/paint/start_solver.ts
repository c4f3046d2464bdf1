import { availableParallelism } from 'node:os';
import type { EnergyForm } from '../../nst/energy_form.js';
import { FrameSolver } from '../../nst/solver.js';
import type { Settings } from '../options/setting_types.js';
import { energyForm } from './minimising.js';

/**
 * Starts the solver that the settings ask for, with all cores unless they say otherwise.
 *
 * @param form What the energy has another form in than the settings say.
 * @throws NstError what FrameSolver.start throws.
 */
export function startSolver(
  networkPath: string,
  settings: Settings,
  form: Partial<EnergyForm> = {},
): Promise<FrameSolver> {
  const { threads = availableParallelism(), runtime, device } = settings;
  return FrameSolver.start({ networkPath, threads, runtime, device, ...energyForm(settings), ...form });
}
