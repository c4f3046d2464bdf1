import { type Expr, type Shape, scale, type Tensors } from '../../engine/index.js';
import { NstError } from '../../error.js';
import { SharedInputs, type Views, widthOf } from '../energy.js';
import type { LayerView } from '../losses/layer_view.js';
import type { Head, Network } from '../network.js';

/** What can be added up over the parts of a picture. */
type Kind = 'gram' | 'projectedGram' | 'mean' | 'covariance' | 'variance' | 'meanSquare';

/** A sum over the places of a layer, or over the part of them that a goal is for. */
export interface Sum {
  /** As graphs take it. */
  readonly name: string;
  readonly kind: Kind;
  readonly layer: string;
  readonly goal: number | undefined;
  /** Of `meanSquare`, the one feature map that is looked at. */
  readonly channel: number | undefined;
  readonly shape: Shape;
}

/** The value of a sum where a layer's features are in the graph; N is left out of it. */
export function sumAt(view: LayerView, { kind, channel }: Sum): Expr {
  if (kind === 'gram' || kind === 'projectedGram') return view[kind](1);
  return kind === 'meanSquare' ? view.meanSquare(channel) : view[kind]();
}

/**
 * Layers by their sums, which are fed; what was asked for is kept. So every loss that asks for sums alone can be taken
 * of a picture that is looked at part by part.
 */
export class SummedViews {
  readonly #network: Network;
  readonly #inputs = new SharedInputs();
  readonly #asked = new Map<string, Sum>();

  constructor(network: Network) {
    this.#network = network;
  }

  readonly views: Views = (layer, goal) => {
    const width = widthOf(this.#network, layer);
    const head = this.#network.heads.get(layer);
    const sum = (kind: Kind, shape: Shape, channel?: number) => this.#ask(kind, layer, goal, shape, channel);
    return new SummedView(head, width, sum);
  };

  /** What graphs have asked for so far. */
  get asked(): readonly Sum[] {
    return [...this.#asked.values()];
  }

  /** That, and the means that covariances and variances are about. */
  get sums(): readonly Sum[] {
    const sums = new Map(this.#asked);
    for (const { kind, layer, goal, shape } of this.asked)
      if (kind === 'covariance' || kind === 'variance') {
        const mean = sumOf('mean', layer, goal, [shape[0], 1]);
        sums.set(mean.name, mean);
      }
    return [...sums.values()];
  }

  /** The node that a sum is fed by. */
  nodeOf({ name, shape }: Sum): Expr {
    return this.#inputs.get(name, shape);
  }

  #ask(kind: Kind, layer: string, goal: number | undefined, shape: Shape, channel?: number): Expr {
    const sum = sumOf(kind, layer, goal, shape, channel);
    this.#asked.set(sum.name, sum);
    return this.nodeOf(sum);
  }
}

function sumOf(kind: Kind, layer: string, goal: number | undefined, shape: Shape, channel?: number): Sum {
  return { name: nameOf(kind, layer, goal, channel), kind, layer, goal, channel, shape };
}

function nameOf(kind: Kind, layer: string, goal?: number, channel?: number): string {
  return ['sum', kind, layer, goal ?? 'whole', ...(channel === undefined ? [] : [channel])].join('_');
}

class SummedView implements LayerView {
  readonly weights = undefined;
  readonly #width: number;
  readonly #sum: (kind: Kind, shape: Shape, channel?: number) => Expr;

  constructor(
    readonly head: Head | undefined,
    width: number,
    sum: (kind: Kind, shape: Shape, channel?: number) => Expr,
  ) {
    this.#width = width;
    this.#sum = sum;
  }

  projected(): never {
    throw new NstError('bug', 'NOT_A_SUM', 'A loss asked for features place by place where there are sums');
  }

  gram(channels: number): Expr {
    return scale(this.#sum('gram', [this.#width, this.#width]), 1 / channels);
  }

  projectedGram(channels: number): Expr {
    const outputs = this.head?.outputs ?? this.#width;
    return scale(this.#sum('projectedGram', [outputs, outputs]), 1 / channels);
  }

  mean(): Expr {
    return this.#sum('mean', [this.#width, 1]);
  }

  covariance(): Expr {
    return this.#sum('covariance', [this.#width, this.#width]);
  }

  variance(): Expr {
    return this.#sum('variance', [this.#width, 1]);
  }

  meanSquare(channel?: number): Expr {
    return this.#sum('meanSquare', [], channel);
  }
}

/**
 * Adds up in float64 what windows found, each by the share of the weights that it holds. Variances are those about the
 * window's own mean, and are carried over to the mean of all (Chan, Golub & LeVeque 1979): about 0 they would be small
 * differences of large numbers.
 */
export class Totals {
  readonly #sums: readonly Sum[];
  readonly #totals = new Map<string, Float64Array>();

  constructor(sums: readonly Sum[]) {
    this.#sums = sums;
    for (const { name, shape } of sums)
      this.#totals.set(name, new Float64Array(shape.reduce((a, b) => a * b, 1)));
  }

  /** @param found of a window whose weights have the sum 1 there, by name */
  add(sum: Sum, found: Readonly<Tensors>, share: number): void {
    const total = this.#totals.get(sum.name)!;
    const values = found[sum.name];
    for (let i = 0; i < total.length; i++) total[i] += share * values[i];
    const mean = found[meanOf(sum)];
    if (sum.kind === 'covariance') addOuter(total, mean, share);
    if (sum.kind === 'variance') for (let i = 0; i < total.length; i++) total[i] += share * mean[i] ** 2;
  }

  /** The sums of all, by name. */
  get(): Tensors {
    const tensors: Tensors = {};
    for (const sum of this.#sums) {
      const total = this.#totals.get(sum.name)!.slice();
      const mean = this.#totals.get(meanOf(sum))!;
      if (sum.kind === 'covariance') addOuter(total, mean, -1);
      if (sum.kind === 'variance') for (let i = 0; i < total.length; i++) total[i] -= mean[i] ** 2;
      tensors[sum.name] = Float32Array.from(total);
    }
    return tensors;
  }
}

/** The name of the mean that a sum varies about. */
export function meanOf({ layer, goal }: Sum): string {
  return nameOf('mean', layer, goal);
}

/** total ← total + factor·m mᵀ. */
function addOuter(total: Float64Array, m: ArrayLike<number>, factor: number): void {
  const k = m.length;
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) total[i * k + j] += factor * m[i] * m[j];
}
