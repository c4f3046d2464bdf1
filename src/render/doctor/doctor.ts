import { NstError } from '../../error.js';
import { lookForNetwork } from '../forecast/forecast_network.js';
import { lookAtMachine, type Machine } from '../forecast/machine.js';
import type { DoctorOptions } from '../options/options.js';
import { resolveSettings } from '../options/settings.js';
import { version } from '../version.js';
import { checkDisk, checkFfmpeg, checkMemory, checkNode, checkRuntimes } from './doctor_checks.js';
import { checkDevices } from './doctor_devices.js';
import { type MeasuredEvaluation, measureEvaluation } from './doctor_measure.js';
import { checkNetworks } from './doctor_networks.js';

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
  /** Absent where something needed is missing. */
  readonly evaluation?: MeasuredEvaluation;
}

/**
 * Looks for everything that painting needs and measures one evaluation of the energy. What is missing is reported,
 * not thrown. Writes nothing and fetches nothing.
 *
 * @param options Network and threads to measure with; the network is one that is needed.
 * @throws NstError usage INVALID_ARGUMENT
 */
export async function examine(options: DoctorOptions = {}): Promise<DoctorReport> {
  const { network, threads, runtime, device } = resolveSettings('doctor', options);
  const machine = lookAtMachine();
  const findings: Finding[] = [
    checkNode(process.versions.node),
    ...(await checkFfmpeg()),
    ...(await checkRuntimes(runtime)),
    ...(await checkDevices(device)),
    ...(await checkNetworks(network)),
    checkMemory(machine),
    ...checkDisk(),
  ];
  const isLacking = ({ status, required }: Finding) => required && status === 'missing';
  let evaluation: MeasuredEvaluation | undefined;
  // Without a runtime or a network the measurement could only say so once more; ffmpeg has no part in it.
  if (findings.filter(isLacking).every(({ name }) => name === 'ffmpeg'))
    try {
      const { path } = await lookForNetwork(network, true);
      evaluation = await measureEvaluation(path, threads ?? machine.cores, runtime, device);
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
    ...(evaluation && { evaluation }),
  };
}
