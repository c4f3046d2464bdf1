import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Precision, Runtime } from '../engine/index.js';
import { NstError } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import { DEFAULT_FORM, type EnergyForm, type EnergyWeights, termNames } from './energy_form.js';
import { EnergySessions, type FrameTargets } from './energy_sessions.js';
import type { Pooling } from './features.js';
import type { Network } from './network.js';
import { readSafetensors, type SafetensorsFile, type Tensor } from './safetensors.js';

/**
 * Largest relative error allowed of any term, and relative L2 error of any gradient. Features rounded to 8 bits turn a
 * gradient by some degrees; 0.1 is a cosine of 0.995. bfloat16's bounds are for networks of VGG-19's width: in sums over
 * few channels and places roundings do not average out.
 */
export const GOLDEN_BOUNDS: Readonly<Record<Precision, { term: number; gradient: number }>> = {
  float32: { term: 1e-4, gradient: 1e-3 },
  bfloat16: { term: 1e-2, gradient: 0.1 },
};

/** How the golden files name the pooling modes. */
const POOLING_KEYS: readonly [Pooling, string][] = [
  ['average', 'avg'],
  ['max', 'max'],
];

export interface GoldenErrors {
  readonly pooling: Pooling;
  /** Relative error of each term and of `total`. */
  readonly terms: Readonly<Record<string, number>>;
  /** Relative L2 error of the gradient of each term and of `total`. */
  readonly gradients: Readonly<Record<string, number>>;
}

type GoldenTerms = Record<string, Record<string, number>>;

/**
 * Evaluates a folder of reference values, made by a program independent of this one, with both pooling modes.
 *
 * The folder holds `inputs.safetensors` (content, image, warped `[3,H,W]`, certainty `[1,H,W]`, style `[3,h,w]`),
 * `terms.json` (per pooling `avg`, `max` the terms and `total`; `weights`), and `gradients.safetensors` (`avg.TERM`,
 * `max.total`, … `[3,H,W]`, of the terms before their weights, of the total after).
 * @param precision of the energy and its gradient; the targets are measured in float32, as the program does
 * @throws NstError `GOLDEN_BAD` (input), and what reading the files throws.
 */
export async function goldenErrors(
  folder: string,
  network: Network,
  runtime: Runtime,
  precision: Precision = 'float32',
): Promise<GoldenErrors[]> {
  const compiling: Runtime = {
    ...runtime,
    compile: (outputs) => runtime.compile(outputs, 'gradient' in outputs ? { precision } : {}),
  };
  const inputs = await readSafetensors(join(folder, 'inputs.safetensors'));
  const gradients = await readSafetensors(join(folder, 'gradients.safetensors'));
  const expected = await readTerms(join(folder, 'terms.json'));
  const weights = expected.weights as unknown as EnergyWeights;
  const image = pictureOf(inputs, 'image').data;
  const frame = {
    content: pictureOf(inputs, 'content'),
    warped: pictureOf(inputs, 'warped'),
    certainty: pictureOf(inputs, 'certainty', 1),
  };
  const results: GoldenErrors[] = [];
  for (const [pooling, key] of POOLING_KEYS) {
    const form: EnergyForm = { ...DEFAULT_FORM, pooling };
    const sessions = new EnergySessions(network, compiling, form);
    try {
      await sessions.setStyles([{ picture: pictureOf(inputs, 'style'), weight: 1 }]);
      const at = async (w: EnergyWeights) =>
        (await sessions.energyOf({ ...frame, weights: w } satisfies FrameTargets))(image);
      const total = await at(weights);
      const termErrors: Record<string, number> = {};
      const gradientErrors: Record<string, number> = {};
      const compare = (name: string, value: number, gradient: Float32Array) => {
        termErrors[name] = relativeError(
          value,
          expected[key]?.[name],
          `${folder}/terms.json: ${key}.${name}`,
        );
        gradientErrors[name] = relativeDistance(gradient, tensorOf(gradients, `${key}.${name}`).data);
      };
      for (const term of termNames(form)) {
        const { terms, gradient } = await at(onlyTerm(form, term));
        compare(term, terms[term], gradient);
      }
      compare('total', total.energy, total.gradient);
      results.push({ pooling, terms: termErrors, gradients: gradientErrors });
    } finally {
      await sessions.dispose();
    }
  }
  return results;
}

/** Weights under which the energy is that one term. */
function onlyTerm(form: EnergyForm, term: string): EnergyWeights {
  const layers = Object.fromEntries(termNames(form).map((name) => [name, name === term ? 1 : 0]));
  return { content: 1, style: 1, temporal: 1, tv: 1, layers };
}

async function readTerms(path: string): Promise<GoldenTerms> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw goldenBad(`${path} cannot be read: ${(cause as Error).message}`, cause);
  }
}

function pictureOf(file: SafetensorsFile, name: string, planes = 3): Picture & Plane {
  const { shape, data } = tensorOf(file, name);
  if (shape.length !== 3 || shape[0] !== planes)
    throw goldenBad(`${file.path}: tensor ${name}: expected shape [${planes},H,W], found [${shape}]`);
  return { width: shape[2], height: shape[1], data };
}

function tensorOf(file: SafetensorsFile, name: string): Tensor {
  const tensor = file.tensors.get(name);
  if (!tensor) throw goldenBad(`${file.path}: expected a tensor ${name}, found none`);
  return tensor;
}

function relativeError(found: number, expected: number | undefined, where: string): number {
  if (typeof expected !== 'number') throw goldenBad(`${where}: expected a number, found ${expected}`);
  return Math.abs(found - expected) / Math.abs(expected || 1);
}

/** ‖found − expected‖ / ‖expected‖. */
function relativeDistance(found: Float32Array, expected: Float32Array): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (found[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(error / (size || 1));
}

function goldenBad(message: string, cause?: unknown): NstError {
  return new NstError('input', 'GOLDEN_BAD', message, { cause });
}
