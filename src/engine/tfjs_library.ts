import { createRequire } from 'node:module';
import type { NstError } from '../error.js';
import { guardHandlers } from '../process_handlers.js';
import { libraryMissing } from './runtime_errors.js';

/** What all its packages have in common. */
export type Tfjs = typeof import('@tensorflow/tfjs-core');

/** Best first. The first that is installed is taken: `native` ones bring libtensorflow. */
const PACKAGES = [
  { name: '@tensorflow/tfjs-node-gpu', native: true },
  { name: '@tensorflow/tfjs-node', native: true },
  { name: '@tensorflow/tfjs-backend-wasm', native: false },
] as const;

const CORE = '@tensorflow/tfjs-core';
const HOW_TO_INSTALL =
  'install one of them where nst-video is: "npm install @tensorflow/tfjs-node-gpu" (CUDA), ' +
  '"npm install @tensorflow/tfjs-node" (processor) or ' +
  '"npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm" (WebAssembly, slow)';

const require = createRequire(import.meta.url);

interface Installed {
  readonly name: (typeof PACKAGES)[number]['name'];
  readonly version: string;
  readonly native: boolean;
}

/** The package that will be used. Throws `NstError` environment RUNTIME_MISSING where there is none. */
function findPackage(): Installed {
  for (const candidate of PACKAGES) {
    const version = installedVersion(candidate.name);
    if (version) return { ...candidate, version };
  }
  const cause = `found none of the packages ${PACKAGES.map(({ name }) => name).join(', ')}`;
  throw libraryMissing('TensorFlow.js', cause, HOW_TO_INSTALL);
}

function installedVersion(name: string): string | undefined {
  try {
    return require(`${name}/package.json`).version;
  } catch {
    return undefined;
  }
}

/**
 * `TensorFlow.js 4.22.0 (tfjs-node-gpu)`, without loading it.
 * Throws `NstError` environment RUNTIME_MISSING where no package of it is installed.
 */
export function tfjsVersion(): string {
  const { name, version } = findPackage();
  return `TensorFlow.js ${version} (${name.replace('@tensorflow/', '')})`;
}

let loading: Promise<Tfjs> | undefined;

/**
 * Loads TensorFlow.js into this thread, once.
 * @throws NstError environment RUNTIME_MISSING where it is not installed, or is but does not load
 */
export function loadTfjs(): Promise<Tfjs> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Tfjs> {
  const found = findPackage();
  try {
    return found.native ? await loadNative(found.name) : await loadWebAssembly(found.name);
  } catch (cause) {
    throw doesNotLoad(found, cause);
  }
}

function doesNotLoad({ name, native }: Installed, cause: unknown): NstError {
  const advice = native
    ? `its install script, which fetches libtensorflow, must have run ("npm rebuild ${name}"); ` +
      `"npm uninstall ${name}" falls back to the next of ${PACKAGES.map((p) => p.name).join(', ')}`
    : HOW_TO_INSTALL;
  return libraryMissing(name, cause, advice);
}

async function loadNative(name: string): Promise<Tfjs> {
  polyfillUtil(require('node:util'));
  // NVIDIA's libraries would else multiply with 10 bits of mantissa on newer cards; libtensorflow would else list the
  // processor's features on stderr.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  const tf: Tfjs = require(name);
  await tf.ready();
  return tf;
}

/**
 * Gives Node's util module the functions back that tfjs-node calls and Node 23 dropped; those it has stay.
 *
 * @param util the module's object as `require` gives it, of this thread alone
 */
export function polyfillUtil(util: Record<string, unknown>): void {
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

async function loadWebAssembly(name: string): Promise<Tfjs> {
  const tf: Tfjs = require(CORE);
  const restoreHandlers = guardHandlers();
  try {
    require(name);
    if (!(await tf.setBackend('wasm'))) throw new Error('its WebAssembly module could not be started');
  } finally {
    restoreHandlers();
  }
  refuseWhenFull(tf);
  return tf;
}

/**
 * Makes an allocation that fails an error. The backend does not look: address 0 means that its 4 GB are used up, sizes
 * from 4 GB on wrap round, and it would write over whatever lies there.
 */
function refuseWhenFull(tf: Tfjs): void {
  const { wasm } = tf.backend() as unknown as {
    wasm: { _malloc(bytes: number): number; _free(address: number): void };
  };
  // At its first call Emscripten's function puts another in its own place.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = bytes < 2 ** 32 ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) throw new RangeError(`out of memory: no room for ${bytes} bytes`);
    return address;
  };
}
