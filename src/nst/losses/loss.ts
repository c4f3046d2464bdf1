import type { Expr } from '../../engine/index.js';
import type { LayerView } from './layer_view.js';

/** What a picture is measured by at a layer: tensors by name, `[A-Za-z]\w*`. */
export type Measures = Readonly<Record<string, Expr>>;

/**
 * A loss of the features at one layer: how a picture is measured there, and how far two measures are apart. A painting
 * is measured by the same graph, so that the loss is 0 at its own target.
 */
export interface LayerLoss {
  /** The family of its terms: at a layer it is the term `NAME.LAYER`. */
  readonly name: string;
  /** What it compares, for help and documents. */
  readonly help: string;
  /**
   * What a picture is measured by, as graph nodes.
   *
   * @param layer what may be asked of the layer's features
   * @param channels N, which differs from K where a head stands for a wider network
   */
  measure(layer: LayerView, channels: number): Measures;
  /** The distance of two such measures, `[]`, 0 where they are equal; differentiated by `found` alone. */
  distance(found: Measures, target: Measures, channels: number): Expr;
}
