import type { Runtime, Tensors } from '../engine/index.js';
import { NstError } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import { styleBlocks } from './energy.js';
import type { EnergyForm } from './energy_form.js';
import type { EnergyGraphs } from './energy_graphs.js';
import { guideFeeds } from './guides.js';
import { type MatchedStyle, type PaintingMatchers, paintingMatchers } from './matching/painting_matchers.js';
import type { ProductSessions } from './matching/product_sessions.js';
import type { Network } from './network.js';

/** A painting and its share in the target measures. */
export interface Style {
  /**
   * Keeps what the painting is measured by under this name, a few megabytes, more for matched losses: a later one of
   * this name without pixels is that painting, with that mask. Not kept unless given.
   */
  readonly name?: string;
  readonly picture: Picture;
  /** Relative to the others of its goal; shares are divided by their sum. One of share 0 is not looked at. */
  readonly weight: number;
  /** The goal that it belongs to, from 0; 0 unless given. */
  readonly goal?: number;
  /** Which part of it counts, at its own size, 0..1; all of it unless given. */
  readonly mask?: Plane;
}

/** What is known of a painting of one size. */
interface Painting {
  readonly measures: Tensors;
  readonly matchers: PaintingMatchers;
}

/** What frames are drawn to: each goal's mean of its paintings' measures. */
export interface StyleTargets {
  /** By name as the graph takes them. */
  readonly measures: Tensors;
  /** Of all paintings' weights, those of each goal's paintings; their sum is 1. */
  readonly shares: readonly number[];
  /** The paintings as matched losses know them. */
  readonly matched: readonly MatchedStyle[];
}

/** Measures paintings, those with a name once, and mixes what they are measured by. */
export class StylePaintings {
  readonly #network: Network;
  readonly #runtime: Runtime;
  readonly #form: EnergyForm;
  readonly #products: ProductSessions;
  readonly #graphs: EnergyGraphs;
  /** By their names. */
  readonly #kept = new Map<string, Painting>();

  constructor(
    network: Network,
    runtime: Runtime,
    form: EnergyForm,
    products: ProductSessions,
    graphs: EnergyGraphs,
  ) {
    this.#network = network;
    this.#runtime = runtime;
    this.#form = form;
    this.#products = products;
    this.#graphs = graphs;
  }

  /**
   * For every goal the weighted mean of its paintings' measures, each painting at its own size.
   * @throws NstError `INVALID_STYLES` (usage) where the weights have no positive sum.
   */
  async targetsOf(styles: readonly Style[]): Promise<StyleTargets> {
    const sums = goalSums(styles, this.#form.goals);
    const total = sums.reduce((a, b) => a + b);
    const measures: Record<string, Float32Array> = {};
    const matched: MatchedStyle[] = [];
    for (const style of styles) {
      const goal = style.goal ?? 0;
      if (sums[goal] > 0 && style.weight === 0) continue;
      // A goal whose paintings all have share 0 has the factor 0: any target will do.
      const share = sums[goal] > 0 ? style.weight / sums[goal] : 1;
      const known = await this.#paintingOf(style);
      matched.push({ goal, share, matchers: known.matchers });
      for (const [measure, values] of Object.entries(known.measures)) {
        const name = `target_${goal}_${measure}`;
        measures[name] ??= new Float32Array(values.length);
        for (let i = 0; i < values.length; i++) measures[name][i] += share * values[i];
      }
    }
    return { measures, shares: sums.map((sum) => sum / total), matched };
  }

  async #paintingOf(style: Style): Promise<Painting> {
    const { name, picture } = style;
    // One with pixels takes the place of what was known under its name.
    const kept = name !== undefined && picture.data.length === 0 ? this.#kept.get(name) : undefined;
    if (kept) return kept;
    const means = { network: this.#network, runtime: this.#runtime, form: this.#form };
    const matchers = await paintingMatchers(style, means, this.#products);
    const painting = { measures: await this.#measuresOf(style), matchers };
    if (name !== undefined) this.#kept.set(name, painting);
    return painting;
  }

  async #measuresOf({ picture, mask }: Style): Promise<Tensors> {
    const session = await this.#graphs.style(picture, mask !== undefined);
    // Matched losses measure no painting.
    if (!session) return {};
    const guide = mask ? guideFeeds(0, mask, styleBlocks(this.#network, this.#form)) : {};
    return session.run({ image: picture.data, ...guide }).finally(() => session.dispose());
  }
}

/** The sum of the weights of each goal's styles. */
function goalSums(styles: readonly Style[], goals: number): number[] {
  const sums = new Array<number>(goals).fill(0);
  const drawn = new Set<number>();
  for (const { weight, goal = 0 } of styles) {
    sums[goal] += weight;
    drawn.add(goal);
  }
  const total = sums.reduce((a, b) => a + b);
  if (!(total > 0 && Number.isFinite(total)) || styles.some(({ weight }) => weight < 0))
    throw new NstError(
      'usage',
      'INVALID_STYLES',
      `Style weights must not be negative and have a positive sum, found ${styles.map((s) => s.weight).join(', ') || 'none'}`,
    );
  if (sums.length > goals || drawn.size < goals)
    throw new NstError('bug', 'INVALID_STYLES', `Styles: expected some for each of ${goals} goals`);
  return sums;
}
