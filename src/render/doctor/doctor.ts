import { NstError } from '../../error.js';
import type { RuntimeChoice, TriedRuntime } from '../../nst/runtime_trial.js';
import { lookForNetwork } from '../forecast/forecast_network.js';
import { lookAtMachine, type Machine } from '../forecast/machine.js';
import type { DoctorOptions } from '../options/options.js';
import { resolveSettings } from '../options/settings.js';
import { chooseRuntime, measureRuntimes } from '../runtime/choose_runtime.js';
import { version } from '../version.js';
import { checkDisk, checkFfmpeg, checkMemory, checkNode, checkRuntimes } from './doctor_checks.js';
import { checkDevices } from './doctor_devices.js';
import { type MeasuredEvaluation, measureEvaluation } from './doctor_measure.js';
import { checkNetworks } from './doctor_networks.js';

export type { RuntimeChoice, TriedRuntime };

/** One thing that was looked for, what was found, and what to do where that is not enough. */
export interface Finding {
  /** What was looked for, `ffmpeg` or `network vgg19`. */
  readonly name: string;
  /** `warn`: works, but not well or not in all; `missing`: not there or of no use. */
  readonly status: 'ok' | 'warn' | 'missing';
  /** Whether nothing can be painted without it. */
  readonly required: boolean;
  /** What was found, one line. */
  readonly found: string;
  /** A command to type or a sentence; absent where all is well. */
  readonly advice?: string;
}

/** What `nst-video doctor` finds. Plain data. */
export interface DoctorReport {
  /** Version of this layout. */
  readonly schema: 1;
  /** This program's version. */
  readonly program: string;
  /** Whether everything that is required is there. */
  readonly ready: boolean;
  /** What this process may use. */
  readonly machine: Machine;
  /** Everything that was looked for. */
  readonly findings: readonly Finding[];
  /** What evaluates here, tried anew with a network's first blocks; absent where there is no choice. */
  readonly trial?: readonly TriedRuntime[];
  /** Absent where something needed is missing. */
  readonly evaluation?: MeasuredEvaluation;
}

/**
 * Looks for everything that painting needs and measures one evaluation of the energy. What is missing is reported,
 * not thrown. Fetches nothing, and writes nothing but what a trial of runtimes found, into the cache: a stored one is
 * replaced.
 *
 * @param options Network and threads to measure with; the network is one that is needed.
 * @throws NstError usage INVALID_ARGUMENT
 */
export async function examine(options: DoctorOptions = {}): Promise<DoctorReport> {
  const settings = resolveSettings('doctor', options);
  const { network } = settings;
  const machine = lookAtMachine();
  const { threads = machine.cores } = settings;
  const findings: Finding[] = [
    checkNode(process.versions.node),
    ...(await checkFfmpeg()),
    ...(await checkRuntimes(settings.runtime)),
    ...(await checkDevices(settings.device)),
    ...(await checkNetworks(network)),
    checkMemory(machine),
    ...checkDisk(),
  ];
  const isLacking = ({ status, required }: Finding) => required && status === 'missing';
  let evaluation: MeasuredEvaluation | undefined;
  let trial: readonly TriedRuntime[] = [];
  // Without a runtime or a network the measurement could only say so once more; ffmpeg has no part in it.
  if (findings.filter(isLacking).every(({ name }) => name === 'ffmpeg'))
    try {
      const { path } = await lookForNetwork(network, true);
      trial = await measureRuntimes(settings, path, threads);
      const chosen = await chooseRuntime({ ...settings, precision: 'auto' }, path, threads);
      evaluation = await measureEvaluation(path, threads, chosen.runtime, chosen.device);
      trial = trial.map((row) => ({
        ...row,
        chosen: row.runtime === chosen.runtime && row.precision === chosen.precision,
      }));
    } catch (error) {
      if (!(error instanceof NstError)) throw error;
      const advice = 'try --threads 1; if that does not help, please report it';
      findings.push({
        name: 'evaluation',
        status: 'missing',
        required: true,
        found: error.message,
        advice,
      });
    }
  return {
    schema: 1,
    program: version,
    ready: !findings.some(isLacking),
    machine,
    findings,
    ...(trial.length > 0 && { trial }),
    ...(evaluation && { evaluation }),
  };
}
