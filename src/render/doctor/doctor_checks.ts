import { createRequire } from 'node:module';
import { createRuntime, type RuntimeName, runtimeDevices, runtimeVersion } from '../../engine/index.js';
import { NstError } from '../../error.js';
import { checkEncoder } from '../../frames/encoder_trial.js';
import { findFfmpeg, installCommand } from '../../frames/ffmpeg.js';
import type { Machine } from '../forecast/machine.js';
import { cacheFolder } from '../networks/cache_folder.js';
import type { Settings } from '../options/setting_types.js';
import { freeSpace } from '../plan.js';
import type { Finding } from './doctor.js';
import { onednnAdvice } from './onednn_advice.js';

/** Below this a film of some length or size will not do. */
const LITTLE_MEMORY = 2 ** 30;
const LITTLE_DISK = 2 * 2 ** 30;

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Node's version, against what package.json asks for. @param found as `process.versions.node` */
export function checkNode(found: string): Finding {
  const { engines } = createRequire(import.meta.url)('../../../package.json') as {
    engines: { node: string };
  };
  const oldest = engines.node.replace(/^\D*/, '');
  const [major, minor] = found.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldest.split('.').map(Number);
  const enough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const common = { name: 'node', required: true, found };
  if (enough) return { ...common, status: 'ok' };
  return { ...common, status: 'missing', advice: `install Node ${oldest} or newer: https://nodejs.org` };
}

/** ffmpeg, ffprobe, and the encoder that films are written with unless another is asked for. */
export async function checkFfmpeg(): Promise<Finding[]> {
  const name = 'ffmpeg';
  try {
    const { ffmpeg, ffprobe, version } = await findFfmpeg();
    const found = `${version} (${ffmpeg}, ${ffprobe})`;
    return [{ name, status: 'ok', required: true, found }, await checkH264()];
  } catch (error) {
    if (!(error instanceof NstError)) throw error;
    // The message of the error has the advice in it already; here each has its own place.
    const found = error.message.replace(/ Install ffmpeg .*$/, '');
    return [{ name, status: 'missing', required: true, found, advice: installCommand() }];
  }
}

async function checkH264(): Promise<Finding> {
  const common = { name: 'encoder', required: false };
  try {
    await checkEncoder('film.mp4');
    return { ...common, status: 'ok', found: 'libx264' };
  } catch (error) {
    if (!(error instanceof NstError)) throw error;
    const advice = 'give --codec an encoder that `ffmpeg -encoders` lists, or install an ffmpeg with libx264';
    return { ...common, status: 'warn', found: 'this ffmpeg has no libx264', advice };
  }
}

/** The libraries that evaluate the energy, and the devices they could use; the `wanted` one is required, or onnxruntime. */
export async function checkRuntimes(asked: Settings['runtime']): Promise<Finding[]> {
  // What others compute is held against onnxruntime.
  const wanted = asked === 'auto' ? 'onnx' : asked;
  const devices = async () => `, built for ${(await runtimeDevices()).join(', ')}`;
  return [
    await checkRuntime('onnx', wanted, 'npm install --ignore-scripts onnxruntime-node', devices),
    await checkRuntime('onednn', wanted, onednnAdvice, async () => {
      const { precisions } = createRuntime('onednn', { threads: 1 });
      return `, ${precisions.join(' and ')} on this processor`;
    }),
    await checkRuntime(
      'tfjs',
      wanted,
      'npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm (README: Runtimes)',
      async () => '',
    ),
  ];
}

async function checkRuntime(
  runtime: RuntimeName,
  wanted: RuntimeName,
  advice: string | (() => string),
  devices: () => Promise<string>,
): Promise<Finding> {
  const common = { name: `runtime ${runtime}`, required: runtime === wanted };
  try {
    return { ...common, status: 'ok', found: `${runtimeVersion(runtime)}${await devices()}` };
  } catch (error) {
    if (!(error instanceof NstError)) throw error;
    const said = typeof advice === 'string' ? advice : advice();
    return { ...common, status: 'missing', found: error.message, advice: said };
  }
}

/** Cores are told with the machine; memory can be too little. */
export function checkMemory({ memory }: Machine): Finding {
  const { total, available, limited } = memory;
  const found = `${gibibytes(available)} available of ${gibibytes(total)}${limited ? " (the container's limit)" : ''}`;
  const common = { name: 'memory', required: false, found };
  if (available >= LITTLE_MEMORY) return { ...common, status: 'ok' };
  return { ...common, status: 'warn', advice: 'end other programs, or paint with a smaller --size' };
}

/** Free disk here, where work folders usually go, and where networks are kept. */
export function checkDisk(): Finding[] {
  const places = { 'disk here': process.cwd(), 'disk cache': cacheFolder() };
  return Object.entries(places).map(([name, path]) => {
    const free = freeSpace(path);
    const common = { name, required: false };
    if (free === undefined)
      return { ...common, status: 'warn', found: `${path}: unknown`, advice: 'look whether there is room' };
    const found = `${gibibytes(free)} free in ${path}`;
    if (free >= LITTLE_DISK) return { ...common, status: 'ok', found };
    return { ...common, status: 'warn', found, advice: 'make room, or name another disk with --work' };
  });
}
