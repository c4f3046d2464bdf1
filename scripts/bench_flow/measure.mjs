// Measures an estimator on a pair of frames with known flow.
import sharp from 'sharp';
import { NstError } from '../../dist/error.js';
import { certainty } from '../../dist/flow/certainty.js';
import { estimateFlow, needsGate } from '../../dist/flow/estimator.js';
import { readFlo } from '../../dist/flow/flo.js';
import { scoreFlow } from '../../dist/flow/flow_score.js';
import { luma } from '../../dist/picture.js';

/** What is measured, in the order of the table: key, heading, digits, and whether it is a share shown in %. */
export const MEASURES = [
  { key: 'epe', heading: 'epe', digits: 3 },
  { key: 'epeVisible', heading: 'visible', digits: 3 },
  { key: 'epeBoundary', heading: 'boundary', digits: 3 },
  { key: 'ms', heading: 'ms', digits: 0 },
  { key: 'visibleKept', heading: 'kept %', digits: 1, percent: true },
  { key: 'occludedRejected', heading: 'rejected %', digits: 1, percent: true },
  { key: 'keptWrong', heading: 'wrong %', digits: 2, percent: true },
];

async function readPixels(file) {
  try {
    const { data, info } = await sharp(file)
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const planes = new Float32Array(3 * width * height);
    for (let c = 0, k = 0; c < 3; c++) {
      for (let i = 0; i < width * height; i++) planes[k++] = data[i * channels + Math.min(c, channels - 1)];
    }
    return { width, height, data: planes };
  } catch (cause) {
    throw new NstError('input', 'PICTURE_UNREADABLE', `${file}: expected a picture: ${cause.message}`, {
      cause,
    });
  }
}

async function readMask(file) {
  if (!file) return undefined;
  const { width, height, data } = await readPixels(file);
  const mask = Float32Array.from(data.subarray(0, width * height), (value) => (value > 127 ? 1 : 0));
  return { width, height, data: mask };
}

function requireSize(file, { width, height }, frame, frameFile) {
  if (width === frame.width && height === frame.height) return;
  const expected = `${frame.width}x${frame.height} pixels as in ${frameFile}`;
  throw new NstError('input', 'SIZE_MISMATCH', `${file}: expected ${expected}, found ${width}x${height}`);
}

/** Reads all of a pair. Throws NstError (input) naming the file that is missing, broken or of another size. */
export async function readPair(pair) {
  const from = luma(await readPixels(pair.from));
  const to = luma(await readPixels(pair.to));
  const truth = {
    flow: await readFlo(pair.flow),
    occluded: await readMask(pair.occluded),
    invalid: await readMask(pair.invalid),
  };
  const parts = { to, flow: truth.flow, occluded: truth.occluded, invalid: truth.invalid };
  for (const [key, part] of Object.entries(parts)) if (part) requireSize(pair[key], part, from, pair.from);
  return { from, to, truth };
}

/** Both directions of a pair; `ms` is the mean time of one direction in this thread. */
export function measure({ from, to, truth }, estimator) {
  const start = performance.now();
  const flow = estimateFlow(from, to, estimator);
  const back = estimateFlow(to, from, estimator);
  const ms = (performance.now() - start) / 2;
  const gate = needsGate(estimator) ? { previous: to, current: from } : undefined;
  const { epe, epeVisible, epeBoundary, ...shares } = scoreFlow(flow, truth, certainty(flow, back, gate));
  return { epe, epeVisible, epeBoundary, ms, ...shares };
}

/** Means over the pairs that have a value; null where none has. */
export function average(rows) {
  return Object.fromEntries(
    MEASURES.map(({ key }) => {
      const values = rows.map((row) => row[key]).filter((value) => value !== null);
      return [key, values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null];
    }),
  );
}
