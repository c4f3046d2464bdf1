import { createRequire } from 'node:module';
import { NstError } from '../error.js';
import type { Plane } from '../picture.js';
import { guardHandlers } from '../process_handlers.js';
import { createFlowField, type FlowField, requireFrame, requireSameSize } from './flow_field.js';

/** What OpenCV's calcOpticalFlowFarneback can be told. */
export interface FarnebackParameters {
  /** Size of a pyramid level against the finer one, below 1. */
  readonly pyramidScale: number;
  readonly levels: number;
  /** Side of the window over which displacements are averaged, px. */
  readonly windowSize: number;
  readonly iterations: number;
  /** Side of the neighbourhood each polynomial is fitted to, px, and the Gaussian weight over it. */
  readonly polyN: number;
  readonly polySigma: number;
}

/** Measured best of those tried on Middlebury, Sintel and synthetic pairs (`npm run bench:flow`). */
export const FARNEBACK_PARAMETERS: FarnebackParameters = {
  pyramidScale: 0.5,
  levels: 5,
  windowSize: 31,
  iterations: 3,
  polyN: 5,
  polySigma: 0.9,
};

/** The part of OpenCV's JavaScript interface that is used here. */
interface Mat {
  readonly data: Uint8Array;
  readonly data32F: Float32Array;
  delete(): void;
}
interface OpenCv {
  readonly CV_8UC1: number;
  readonly Mat: new (...size: [] | [rows: number, columns: number, type: number]) => Mat;
  calcOpticalFlowFarneback(from: Mat, to: Mat, flow: Mat, ...parameters: number[]): void;
  exceptionFromPtr(pointer: number): { readonly code: number; readonly msg: string };
}

const PACKAGE = 'opencv-wasm';
/** OpenCV's error code StsNoMem. */
const NO_MEMORY = -4;

const require = createRequire(import.meta.url);
let loaded: OpenCv | undefined;

/** Throws `OPENCV_MISSING` (environment) unless the optional package that Farneback's flow needs is there. Loads nothing. */
export function requireOpenCv(): void {
  try {
    require.resolve(PACKAGE);
  } catch (cause) {
    throw new NstError(
      'environment',
      'OPENCV_MISSING',
      `--flow farneback: expected the package ${PACKAGE} beside nst-video, found none; ` +
        `type npm install ${PACKAGE} (with --global where nst-video was installed so)`,
      { cause },
    );
  }
}

/**
 * Flow from one frame to another by polynomial expansion (Farnebäck 2003) in OpenCV 4.3's WebAssembly build,
 * at 8 bits. The same input gives the same bits. OpenCV stays in the thread that calls this first: in the
 * program that is a flow thread, never the main one.
 *
 * `from` and `to`: luma `[H,W]`, 0..255, of one size. OpenCV's memory ends at 1 GiB, enough for 4K.
 * Throws `OPENCV_MISSING` (environment), `INVALID_ARGUMENT` (sizes differ or are no sizes), `FLOW_OUT_OF_MEMORY`
 * (resources), `OPENCV_FAILED` (bug).
 */
export function farneback(
  from: Plane,
  to: Plane,
  parameters: FarnebackParameters = FARNEBACK_PARAMETERS,
): FlowField {
  requireFrame('from', from);
  requireFrame('to', to);
  requireSameSize('to', from, to);
  const cv = openCv();
  // OpenCV's memory is not the garbage collector's: every Mat is given back, whatever happens.
  const mats: Mat[] = [];
  const keep = (mat: Mat): Mat => {
    mats.push(mat);
    return mat;
  };
  try {
    const [first, second] = [from, to].map((plane) => {
      const mat = keep(new cv.Mat(plane.height, plane.width, cv.CV_8UC1));
      const { data } = mat;
      for (let i = 0; i < data.length; i++) data[i] = Math.min(255, Math.max(0, Math.round(plane.data[i])));
      return mat;
    });
    const vectors = keep(new cv.Mat());
    const { pyramidScale, levels, windowSize, iterations, polyN, polySigma } = parameters;
    const numbers = [pyramidScale, levels, windowSize, iterations, polyN, polySigma];
    cv.calcOpticalFlowFarneback(first, second, vectors, ...numbers, 0);
    const flow = createFlowField(from.width, from.height);
    const pairs = vectors.data32F;
    for (let i = 0; i < flow.u.length; i++) {
      flow.u[i] = pairs[2 * i];
      flow.v[i] = pairs[2 * i + 1];
    }
    return flow;
  } catch (thrown) {
    throw failed(cv, thrown, `${from.width}x${from.height}`);
  } finally {
    for (const mat of mats) mat.delete();
  }
}

/**
 * OpenCV, loaded once in this thread. Never to be awaited nor returned from an async function: the module has a
 * `then` that answers with itself, for ever.
 */
function openCv(): OpenCv {
  if (loaded) return loaded;
  requireOpenCv();
  // Loading installs handlers that rethrow or abort on whatever goes wrong anywhere in the process: they go again.
  const restoreHandlers = guardHandlers();
  try {
    loaded = require(PACKAGE).cv as OpenCv;
  } finally {
    restoreHandlers();
  }
  return loaded;
}

/** One error for what OpenCV throws: a number that points to its exception, or a trap of WebAssembly. */
function failed(cv: OpenCv, thrown: unknown, size: string): NstError {
  const { code, msg } =
    typeof thrown === 'number'
      ? cv.exceptionFromPtr(thrown)
      : { code: undefined, msg: String((thrown as Error).message) };
  const cause = thrown instanceof Error ? thrown : new Error(msg);
  return code === NO_MEMORY
    ? new NstError(
        'resources',
        'FLOW_OUT_OF_MEMORY',
        `--flow farneback: a frame of ${size} needs more than the 1 GiB OpenCV can have; give a smaller --size or --flow strong`,
        { cause },
      )
    : new NstError('bug', 'OPENCV_FAILED', `flow: OpenCV failed on a frame of ${size}: ${msg.trim()}`, {
        cause,
      });
}
