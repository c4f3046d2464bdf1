/**
 * An optimiser as a pair of functions over a state (the shape of optax): the loop evaluates the picture `x`,
 * `update` answers with the next picture to evaluate, in place. States are overwritten, not copied: a
 * 640×360 frame has 691,200 variables, and an L-BFGS state some twenty vectors of that length.
 */
export interface Optimiser<State> {
  /** A state for pictures of `size` numbers, with no past. */
  init(size: number): State;
  /**
   * Takes the energy and gradient `[size]` found at `x` and moves `x` to the next picture to evaluate.
   * `gradient` is only read, and not kept.
   */
  update(state: State, x: Float32Array, energy: number, gradient: Float32Array): void;
  /**
   * What is left of the past when the energy has become another, much like the one before; `state` may be taken up.
   * Nothing is left where absent.
   */
  renew?(state: State): State;
}
