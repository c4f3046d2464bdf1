import {
  add,
  constant,
  type Expr,
  gradient,
  input,
  mul,
  pad,
  type Runtime,
  type Session,
  scale,
  slice,
  sqrt,
  square,
  sub,
  sum,
  sumSquares,
} from '../engine/index.js';
import { invalidArgument } from '../error.js';
import type { Picture } from '../picture.js';
import { type Pooling, projected, tapsOf } from './features.js';
import type { Evaluation } from './minimise.js';
import type { Network } from './network.js';

/** What is to be found: a picture with the features of another one. */
export interface InversionTask {
  readonly photo: Picture;
  readonly layer: string;
  readonly pooling: Pooling;
  /** λ: what total variation counts beside the relative distance of features. */
  readonly tv: number;
  /** β of total variation: 1 keeps edges sharp, 2 and more spread them; a multiple of 1/4. */
  readonly beta: number;
}

/** Squared differences below that of a tenth of a grey level count as none: at 0 a root has no derivative. */
const SMALLEST = (0.1 / 255) ** 2;

/** Black to white, grey levels. */
const RANGE = 255;

/**
 * x^exponent for x > 0 and an exponent in eighths, of products and roots alone: x^0.625 = x^(1/2) · x^(1/8).
 * @throws NstError usage INVALID_ARGUMENT for another exponent.
 */
export function power(x: Expr, exponent: number): Expr {
  const eighths = 8 * exponent;
  if (!(eighths > 0) || !Number.isInteger(eighths))
    throw invalidArgument('exponent', 'a positive multiple of 1/8', exponent);
  const factors: Expr[] = new Array(Math.floor(exponent)).fill(x);
  let root = x;
  for (const bit of [4, 2, 1]) {
    root = sqrt(root);
    if (eighths & bit) factors.push(root);
  }
  return factors.reduce((a, b) => mul(a, b));
}

/**
 * Total variation with an exponent: (1/HW) Σ_places Σ_colours (Δx² + Δy²)^(β/2), black to white counted as 1
 * (Mahendran & Vedaldi 2015, section 2.2; differs in the mean instead of a sum, so that λ means the same at any size).
 * Beyond the last row and column there is no difference.
 */
export function totalVariation(image: Expr, beta: number): Expr {
  const [, , h, w] = image.shape;
  const squares = scale(add(square(successor(image, 2)), square(successor(image, 3))), 1 / RANGE ** 2);
  const powers = beta === 2 ? squares : power(add(squares, constant([1, 1, 1, 1], [SMALLEST])), beta / 2);
  return scale(sum(powers), 1 / (h * w));
}

/** Each pixel's successor along an axis minus the pixel, 0 for the last. */
function successor(image: Expr, axis: 2 | 3): Expr {
  const zeros = [0, 0, 0, 0];
  const next = slice(image, zeros.with(axis, 1), image.shape);
  const here = slice(image, zeros, image.shape.with(axis, image.shape[axis] - 1));
  return pad(sub(next, here), zeros, zeros.with(axis, 1));
}

/**
 * The graph of an inversion: ‖Φ(x) − Φ₀‖² / ‖Φ₀‖² + λ·TV_β(x) (Mahendran & Vedaldi 2015, "Understanding deep image
 * representations by inverting them", eq. 1 to 5).
 *
 * Fed: `image` `[1,3,H,W]` 0..255, `target` Φ₀ `[1,K,h,w]`, `size` `[]` 1/‖Φ₀‖², `tv` `[]` λ. Returns `energy`, both
 * terms, and `gradient` `[1,3,H,W]`.
 */
export function inversionGraph(
  network: Network,
  { layer, pooling, beta, photo: { width, height } }: InversionTask,
): Record<string, Expr> {
  const image = input('image', [1, 3, height, width]);
  const found = projected(tapsOf(network, image, [layer], pooling).get(layer)!);
  const features = mul(sumSquares(sub(found, input('target', found.shape))), input('size', []));
  const tv = totalVariation(image, beta);
  const energy = add(features, mul(input('tv', []), tv));
  return { energy, features, variation: tv, gradient: gradient(energy, [image])[0] };
}

/** A compiled inversion: evaluates its energy, until it is disposed of. */
export class Inversion {
  private constructor(
    readonly session: Session,
    readonly feeds: Readonly<Record<string, Float32Array>>,
  ) {}

  /** @throws NstError `LAYER_UNKNOWN` (usage), `PICTURE_TOO_SMALL` (input). */
  static async open(network: Network, runtime: Runtime, task: InversionTask): Promise<Inversion> {
    const { photo, layer, pooling, tv } = task;
    const image = input('image', [1, 3, photo.height, photo.width]);
    const own = await runtime.compile({
      target: projected(tapsOf(network, image, [layer], pooling).get(layer)!),
    });
    const { target } = await own.run({ image: photo.data }).finally(() => own.dispose());
    const size = target.reduce((total, value) => total + value * value, 0);
    const session = await runtime.compile(inversionGraph(network, task));
    // A layer that answers nothing to the photo leaves nothing to divide by.
    const feeds = { target, size: Float32Array.of(1 / (size || 1)), tv: Float32Array.of(tv) };
    return new Inversion(session, feeds);
  }

  readonly evaluate = async (image: Float32Array): Promise<Evaluation> => {
    const { energy, features, variation, gradient } = await this.session.run({ ...this.feeds, image });
    const terms = { features: features[0], tv: variation[0] };
    return { energy: energy[0], terms, gradient };
  };

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}
