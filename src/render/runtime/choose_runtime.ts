import { createRuntime, type RuntimeName, runtimeVersion } from '../../engine/index.js';
import { invalidArgument, NstError } from '../../error.js';
import { contestants, fastest, type RuntimeChoice, type TriedRuntime } from '../../nst/runtime_trial.js';
import type { Settings } from '../options/setting_types.js';
import { runTrial } from './run_trial.js';
import { storedTrial, storeTrial, trialKey } from './trial_cache.js';

type Asked = Pick<Settings, 'runtime' | 'precision' | 'device'>;

/**
 * What `--runtime` and `--precision` mean on this machine. Where they leave a choice, it is the fastest that is right, by
 * a trial of a second or two whose outcome is kept in the cache folder; `NST_VIDEO_RUNTIME` names a runtime to take
 * without one.
 *
 * @throws NstError usage INVALID_ARGUMENT, PRECISION_MISSING; environment RUNTIME_MISSING
 */
export async function chooseRuntime(
  asked: Asked,
  networkPath: string,
  threads: number,
): Promise<RuntimeChoice> {
  const { device } = asked;
  // On a graphics card only onnxruntime computes: there is nothing to try.
  if (device !== 'cpu' && asked.precision !== 'bfloat16')
    return { runtime: 'onnx', precision: 'float32', device };
  const runtime = runtimeAsked(asked);
  if (runtime !== 'auto') {
    const { precisions, name } = createRuntime(runtime, { threads, device });
    if (asked.precision !== 'auto' && !precisions.includes(asked.precision))
      throw new NstError(
        'usage',
        'PRECISION_MISSING',
        `--precision ${asked.precision}: ${name} has ${precisions.join(' and ')} on this processor`,
      );
    if (asked.precision !== 'auto') return { runtime, precision: asked.precision };
    if (precisions.length === 1) return { runtime, precision: precisions[0] };
  }
  const allowed = (one: RuntimeChoice) =>
    (runtime === 'auto' || one.runtime === runtime) &&
    (asked.precision === 'auto' || one.precision === asked.precision);
  const possible = contestants(threads).filter(allowed);
  if (possible.length === 0)
    throw new NstError(
      'usage',
      'PRECISION_MISSING',
      `--precision ${asked.precision}: no runtime here has it on this processor; nst-video doctor lists them`,
    );
  if (possible.length === 1) return { runtime: possible[0].runtime, precision: possible[0].precision };
  const key = await trialKey(networkPath, threads);
  const rows = (await storedTrial(key)) ?? (await newTrial(key, networkPath, threads));
  // Where none is right, the job will say what is wrong with the first.
  const chosen = fastest(rows, (one) => possible.some((other) => isSame(one, other))) ?? possible[0];
  return { runtime: chosen.runtime, precision: chosen.precision };
}

const isSame = (one: RuntimeChoice, other: RuntimeChoice): boolean =>
  one.runtime === other.runtime && one.precision === other.precision;

async function newTrial(key: string, networkPath: string, threads: number): Promise<TriedRuntime[]> {
  const rows = await runTrial(networkPath, threads);
  await storeTrial(key, rows);
  return rows;
}

/** Tries anew what `chooseRuntime` chooses from, whatever is stored; nothing where there is no choice. */
export async function measureRuntimes(
  asked: Asked,
  networkPath: string,
  threads: number,
): Promise<TriedRuntime[]> {
  const named = runtimeAsked(asked);
  if (named === 'tfjs' || (named !== 'auto' && createRuntime(named, { threads }).precisions.length === 1))
    return [];
  if (contestants(threads).length < 2) return [];
  return newTrial(await trialKey(networkPath, threads), networkPath, threads);
}

function runtimeAsked({ runtime, device }: Asked): Settings['runtime'] {
  if (device !== 'cpu') return 'onnx';
  return runtime === 'auto' ? namedByEnvironment() : runtime;
}

function namedByEnvironment(): Settings['runtime'] {
  const named = process.env.NST_VIDEO_RUNTIME;
  if (!named || named === 'auto') return 'auto';
  if (['onnx', 'onednn', 'tfjs'].includes(named)) return named as RuntimeName;
  throw invalidArgument('NST_VIDEO_RUNTIME', 'a name that --runtime takes', named);
}

/** Library, version and precision, as a work folder keeps it: `oneDNN 3.5.3, bfloat16`. */
export function choiceName({ runtime, precision, device }: RuntimeChoice): string {
  const version = runtimeVersion(runtime, device);
  return precision === 'float32' ? version : `${version}, ${precision}`;
}

/** What a work folder was begun with, where that is here and nothing else is asked for; undefined where not. */
export function keptRuntime(
  stored: (Partial<RuntimeChoice> & { readonly name: string }) | undefined,
  asked: Asked,
  threads: number,
): RuntimeChoice | undefined {
  if (!stored) return undefined;
  // Folders of versions that knew no choice say it by the library's name alone.
  const runtime = stored.runtime ?? (stored.name.startsWith('TensorFlow') ? 'tfjs' : 'onnx');
  const precision = stored.precision === 'bfloat16' ? 'bfloat16' : 'float32';
  if (asked.runtime !== 'auto' && asked.runtime !== runtime) return undefined;
  if (asked.precision !== 'auto' && asked.precision !== precision) return undefined;
  const { device = 'cpu' } = stored;
  if (asked.device !== device) return undefined;
  if (device !== 'cpu') return { runtime: 'onnx', precision: 'float32', device };
  try {
    return createRuntime(runtime, { threads }).precisions.includes(precision)
      ? { runtime, precision }
      : undefined;
  } catch (error) {
    if (error instanceof NstError) return undefined;
    throw error;
  }
}
