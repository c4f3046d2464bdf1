/** The dense inverse searches, best first. */
export type DisName = 'strong' | 'medium';

/** What the dense inverse search and its refinement can be told. */
export interface DisParameters {
  /** The finest pyramid level that is searched and refined, 0 = full size; the flow is enlarged from there. */
  readonly finestLevel: number;
  /** Distance between the corners of neighbouring patches, px. */
  readonly patchSpacing: number;
  /** Gauss-Newton steps per patch, shared among the passes over the frame. */
  readonly searchIterations: number;
  readonly searchPasses: number;
  /** Lost patches are sought far away on levels whose long side is 101 to so many px; 0: on none. */
  readonly seekSide: number;
  /** How many lost patches a level seeks at most. */
  readonly seekMost: number;
  /** A found place is taken if, seen from there, any other patch costs so many times as much or more. */
  readonly seekMargin: number;
  /** How often a level warps, differentiates and refines anew; 0 leaves the search's flow as it is. */
  readonly warps: number;
  /** Re-evaluations of the robust weights per warp (the inner fixed point iterations of Brox et al. 2004). */
  readonly fixedPoints: number;
  /** Iterations of over-relaxation per linear system, and its factor, 1..2. */
  readonly relaxations: number;
  readonly omega: number;
  /** Weights of smoothness, grey value constancy and gradient constancy. */
  readonly alpha: number;
  readonly delta: number;
  readonly gamma: number;
  /** A derivative of the frame that halves the smoothness along it, grey levels per px; Infinity: none does. */
  readonly contrast: number;
  /** ε of the robust function √(s² + ε²), px. */
  readonly epsilon: number;
  /** ζ that bounds the normalisation of a constraint by its gradient, grey levels per px. */
  readonly zeta: number;
}

const medium: DisParameters = {
  finestLevel: 1,
  patchSpacing: 3,
  searchIterations: 16,
  searchPasses: 2,
  seekSide: 400,
  seekMost: 16,
  seekMargin: 3,
  warps: 1,
  fixedPoints: 5,
  relaxations: 5,
  omega: 1.6,
  alpha: 20,
  delta: 5,
  gamma: 10,
  contrast: Number.POSITIVE_INFINITY,
  epsilon: 0.001,
  zeta: 0.1,
};

/** The two estimators: `medium` for drafts, `strong` searches full size and refines longer. */
export const DIS_PARAMETERS: Readonly<Record<DisName, DisParameters>> = {
  medium,
  strong: {
    ...medium,
    finestLevel: 0,
    searchIterations: 24,
    seekMost: 256,
    seekMargin: 2,
    warps: 3,
    relaxations: 20,
    omega: 1.8,
    alpha: 50,
    contrast: 16,
  },
};
