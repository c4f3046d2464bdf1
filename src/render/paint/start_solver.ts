import { availableParallelism } from 'node:os';
import type { EnergyForm } from '../../nst/energy_form.js';
import { FrameSolver } from '../../nst/solver.js';
import type { MemoryLimit } from '../../nst/solver_memory.js';
import type { Settings } from '../options/setting_types.js';
import { chooseRuntime } from '../runtime/choose_runtime.js';
import { memoryOfLane, solverLimit } from './memory_limit.js';
import { energyForm } from './minimising.js';

/**
 * Starts the solver that the settings ask for, with all cores unless they say otherwise.
 *
 * @param form What the energy has another form in than the settings say.
 * @param memory What it may take; unless given, all of what the settings give a job.
 * @throws NstError what chooseRuntime and FrameSolver.start throw.
 */
export async function startSolver(
  networkPath: string,
  settings: Settings,
  form: Partial<EnergyForm> = {},
  memory?: MemoryLimit,
): Promise<FrameSolver> {
  const { threads = availableParallelism() } = settings;
  const chosen = await chooseRuntime(settings, networkPath, threads);
  const whole = { ...energyForm(settings), ...form };
  const limit = memory ?? solverLimit(settings, whole, memoryOfLane(settings));
  return FrameSolver.start({ networkPath, threads, ...chosen, memory: limit, ...whole });
}
