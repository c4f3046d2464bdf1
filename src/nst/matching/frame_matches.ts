import type { Tensors } from '../../engine/index.js';
import type { Plane } from '../../picture.js';
import { type EnergyForm, graphName } from '../energy_form.js';
import type { Network } from '../network.js';
import { type Match, meanMatch } from './match.js';
import { type MatchedStyle, type MatchedTerm, matchedTerms, weighed } from './painting_matchers.js';

/** What a frame is matched by. */
export interface FrameMatching {
  readonly network: Network;
  readonly form: EnergyForm;
  readonly width: number;
  readonly height: number;
  readonly styles: readonly MatchedStyle[];
  /** The part of the frame that each goal is for; the whole frame where absent. */
  readonly guides: readonly Plane[] | undefined;
  /** Features to be matched of a picture `[3,H,W]`, by layer. */
  readonly featuresOf: (image: Float32Array) => Promise<Tensors>;
}

/** The matches of one frame while it is painted. */
export class FrameMatches {
  readonly #frame: FrameMatching;
  readonly #following: readonly MatchedTerm[];
  readonly #staying: readonly MatchedTerm[];
  #stayed: Tensors | undefined;

  constructor(frame: FrameMatching) {
    this.#frame = frame;
    const terms = matchedTerms(frame.form);
    this.#following = terms.filter(({ loss }) => loss.continuous);
    this.#staying = terms.filter(({ loss }) => !loss.continuous);
  }

  /** Whether there are partners that stay until they are found anew. */
  get stay(): boolean {
    return this.#staying.length > 0;
  }

  /** The targets of matched losses for a picture; partners that stay are those of the first, or of the last rematch. */
  async targetsFor(image: Float32Array): Promise<Tensors> {
    if (!this.#stayed) await this.rematch(image);
    return { ...this.#stayed, ...(await this.#match(this.#following, image)) };
  }

  /** Finds the partners that stay anew, those of this picture. */
  async rematch(image: Float32Array): Promise<void> {
    this.#stayed = await this.#match(this.#staying, image);
  }

  async #match(terms: readonly MatchedTerm[], image: Float32Array): Promise<Tensors> {
    if (terms.length === 0) return {};
    return matchFrame(terms, await this.#frame.featuresOf(image), this.#frame);
  }
}

/**
 * Matches a frame's features with the paintings of every goal, and gives the targets as the energy's graph takes them:
 * `target_GOAL_TERM_features`, `…_counts` and `…_constant`; of these terms.
 */
async function matchFrame(
  terms: readonly MatchedTerm[],
  found: Tensors,
  { network, form, width, height, styles, guides }: FrameMatching,
): Promise<Tensors> {
  const targets: Record<string, Float32Array> = {};
  for (const { term, layer } of terms)
    for (let goal = 0; goal < form.goals; goal++) {
      const maps = weighed(network, layer, { width, height, found }, guides?.[goal]);
      const matches: Match[] = [];
      const theirs = styles.filter((style) => style.goal === goal && style.share > 0);
      for (const { matchers } of theirs) matches.push(await matchers.get(term)!(maps));
      const { target, counts, constant } = meanMatch(
        matches,
        theirs.map(({ share }) => share),
      );
      const name = `target_${goal}_${graphName(term)}`;
      targets[`${name}_features`] = target;
      targets[`${name}_counts`] = counts;
      targets[`${name}_constant`] = Float32Array.of(constant);
    }
  return targets;
}
