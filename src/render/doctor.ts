import { NstError } from '../error.js';
import { DEFAULTS } from './defaults.js';
import { checkDisk, checkFfmpeg, checkMemory, checkNode, checkRuntime } from './doctor_checks.js';
import { type MeasuredEvaluation, measureEvaluation } from './doctor_measure.js';
import { checkNetworks } from './doctor_networks.js';
import { lookForNetwork } from './forecast_network.js';
import { lookAtMachine, type Machine } from './machine.js';
import { version } from './version.js';

/** One thing that was looked for, what was found, and what to do where that is not enough. */
export interface Finding {
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
  readonly schema: 1;
  readonly program: string;
  /** Whether everything that is required is there. */
  readonly ready: boolean;
  readonly machine: Machine;
  readonly findings: readonly Finding[];
  /** Absent where something needed is missing. */
  readonly evaluation?: MeasuredEvaluation;
}

export interface DoctorOptions {
  /** Network to measure with, and to need: a name or a file. Default `lite`. */
  readonly network?: string;
  /** Processor threads to measure with; default all cores. */
  readonly threads?: number;
}

/**
 * Looks for everything that painting needs and measures one evaluation of the energy. What is missing is reported,
 * not thrown. Writes nothing and fetches nothing.
 */
export async function examine({
  network = DEFAULTS.network,
  threads,
}: DoctorOptions = {}): Promise<DoctorReport> {
  const machine = lookAtMachine();
  const findings: Finding[] = [
    checkNode(process.versions.node),
    ...(await checkFfmpeg()),
    await checkRuntime(),
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
      evaluation = await measureEvaluation(path, threads ?? machine.cores);
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
