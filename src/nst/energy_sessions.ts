import type { Runtime, Session, Tensors } from '../engine/index.js';
import { NstError } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import { contentGraph, energyGraph, styleBlocks, styleGraph } from './energy.js';
import {
  type EnergyForm,
  type EnergyWeights,
  graphName,
  hasFactors,
  styleTerms,
  termNames,
  termWeight,
} from './energy_form.js';
import { gradientFactors } from './gradient_factors.js';
import { guideWeights, shareOf } from './guides.js';
import {
  type MatchedStyle,
  matchedFeatures,
  matchFrame,
  type PaintingMatchers,
  paintingMatchers,
} from './matching/painting_matchers.js';
import { ProductSessions } from './matching/product_sessions.js';
import type { Evaluation } from './minimise.js';
import type { Network } from './network.js';

/** A painting and its share in the target measures. */
export interface Style {
  /**
   * Keeps what the painting is measured by under this name, a few megabytes, more for matched losses: it is not measured
   * again, so `picture` and `mask` must be the same each time. Not kept unless given.
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
interface StyleTargets {
  /** By name as the graph takes them. */
  readonly measures: Tensors;
  /** Of all paintings' weights, those of each goal's paintings; their sum is 1. */
  readonly shares: readonly number[];
  /** The paintings as matched losses know them. */
  readonly matched: readonly MatchedStyle[];
}

/** What one frame is painted towards. */
export interface FrameTargets {
  readonly content: Picture;
  /** Previous stylised frame warped onto this one, and where to trust it, 0..1; both or neither. */
  readonly warped?: Picture;
  readonly certainty?: Plane;
  /** What the temporal term is more than `warped` and `certainty` say, whatever the picture is; 0 unless given. */
  readonly temporalConstant?: number;
  /**
   * For a guided form, the part of the frame that each goal is for, 0..1; a goal then counts by the share of the frame
   * that its part takes, so that every pixel is pulled alike.
   */
  readonly guides?: readonly Plane[];
  readonly weights: EnergyWeights;
}

/** Compiled graphs of one frame size. */
interface SizeSessions {
  readonly energy: Session;
  readonly content: Session | undefined;
  /** Features to be matched. */
  readonly features: Session | undefined;
}

/** The energy of pictures `[3,H,W]`, to be called any number of times. */
export interface FrameEnergy {
  (image: Float32Array): Promise<Evaluation>;
  /**
   * Matches this picture's features with the paintings' anew: the energy is another then. None where no loss is
   * matched. The picture evaluated first is matched by itself.
   */
  readonly rematch?: (image: Float32Array) => Promise<void>;
}

/** Frame sizes kept ready at once: a film needs one, a still painted coarse to fine two. Each holds all weights. */
const SIZES_KEPT = 2;

/**
 * Evaluates energies with compiled graphs that are made once per frame size. Not for concurrent use: it lives in
 * the solver's worker thread, or in a test.
 */
export class EnergySessions {
  readonly #network: Network;
  readonly #runtime: Runtime;
  readonly #form: EnergyForm;
  readonly #products: ProductSessions;
  /** Least recently used first. */
  readonly #sizes = new Map<string, SizeSessions>();
  #targets: StyleTargets | undefined;
  /** By their names. */
  readonly #paintings = new Map<string, Painting>();

  constructor(network: Network, runtime: Runtime, form: EnergyForm) {
    this.#network = network;
    this.#runtime = runtime;
    this.#form = form;
    this.#products = new ProductSessions(runtime);
  }

  /**
   * Sets the targets: for every goal the weighted mean of its paintings' measures, each painting at its own size.
   * @throws NstError `INVALID_STYLES` (usage) where the weights have no positive sum.
   */
  async setStyles(styles: readonly Style[]): Promise<void> {
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
    this.#targets = { measures, shares: sums.map((sum) => sum / total), matched };
  }

  async #paintingOf(style: Style): Promise<Painting> {
    const { name, picture } = style;
    // One with pixels takes the place of what was known under its name.
    const kept = name !== undefined && picture.data.length === 0 ? this.#paintings.get(name) : undefined;
    if (kept) return kept;
    const means = { network: this.#network, runtime: this.#runtime, form: this.#form };
    const matchers = await paintingMatchers(style, means, this.#products);
    const painting = { measures: await this.#measuresOf(style), matchers };
    if (name !== undefined) this.#paintings.set(name, painting);
    return painting;
  }

  async #measuresOf({ picture, mask }: Style): Promise<Tensors> {
    const { width, height, data } = picture;
    const graph = styleGraph(this.#network, this.#form, width, height, mask !== undefined);
    // Matched losses measure no painting.
    if (Object.keys(graph).length === 0) return {};
    const session = await this.#runtime.compile(graph);
    const guide = mask ? guideFeeds(0, mask, styleBlocks(this.#network, this.#form)) : {};
    return session.run({ image: data, ...guide }).finally(() => session.dispose());
  }

  /** The energy of pictures `[3,H,W]` under the targets. */
  async energyOf(targets: FrameTargets): Promise<FrameEnergy> {
    const { content, warped, certainty, temporalConstant = 0, weights } = targets;
    const { width, height } = content;
    checkTargets(targets, this.#form);
    if (!this.#targets && this.#form.styleLayers.length > 0)
      throw new NstError('bug', 'STYLES_NOT_SET', 'An energy was asked for before any style was set');
    const sessions = await this.#sessions(width, height);
    const feeds: Tensors = {
      // Without a predecessor the temporal term stays in the graph, at certainty and weight zero.
      warped: warped?.data ?? content.data,
      certainty: certainty?.data ?? new Float32Array(width * height),
    };
    const contentFeatures = (await sessions.content?.run({ image: content.data })) ?? {};
    for (const [measure, values] of Object.entries(contentFeatures)) feeds[`target_${measure}`] = values;
    Object.assign(feeds, this.#targets?.measures, this.#goalFeeds(targets));
    const names = termNames(this.#form);
    const weighted = (weightOf: (term: string) => number): Tensors =>
      Object.fromEntries(names.map((term) => [`weight_${graphName(term)}`, Float32Array.of(weightOf(term))]));
    let matched: Tensors | undefined;
    const rematch =
      sessions.features &&
      (async (image: Float32Array) => {
        const found = await sessions.features!.run({ image });
        matched = await this.#match(found, targets);
      });
    const factors = await this.#factors(async (term) => {
      if (!matched) await rematch?.(content.data);
      const alone = weighted((one) => (one === term ? 1 : 0));
      return (await sessions.energy.run({ ...feeds, ...alone, ...matched, image: content.data })).gradient;
    });
    matched = undefined;
    const factorOf = (term: string) => factors[term] ?? 1;
    const own = weighted((term) =>
      term === 'temporal' && !warped ? 0 : factorOf(term) * termWeight(weights, term),
    );
    const evaluate = async (image: Float32Array): Promise<Evaluation> => {
      if (!matched) await rematch?.(image);
      const results = await sessions.energy.run({ ...feeds, ...own, ...matched, image });
      const terms = Object.fromEntries(
        names.map((term) => [term, factorOf(term) * results[graphName(term)][0]]),
      );
      terms.temporal += temporalConstant;
      const energy = results.energy[0] + termWeight(weights, 'temporal') * temporalConstant;
      return { energy, terms, gradient: results.gradient };
    };
    return Object.assign(evaluate, { rematch });
  }

  /** Factors of the style terms within this frame's energy; none unless the form has its gradients normalised. */
  async #factors(gradientOf: (term: string) => Promise<Float32Array>): Promise<Record<string, number>> {
    if (this.#form.normalise !== 'gradients') return {};
    return gradientFactors(
      styleTerms(this.#form).map(({ term }) => term),
      gradientOf,
    );
  }

  #match(found: Tensors, { content, guides }: FrameTargets): Promise<Tensors> {
    const means = { network: this.#network, form: this.#form };
    const parts = this.#form.guided ? guides : undefined;
    return matchFrame(found, content, this.#targets?.matched ?? [], parts, means);
  }

  /** Factors and guides of the goals, where the form has them. */
  #goalFeeds({ guides = [] }: FrameTargets): Tensors {
    const feeds: Record<string, Float32Array> = {};
    if (!hasFactors(this.#form)) return feeds;
    for (const [goal, share] of (this.#targets?.shares ?? []).entries()) {
      const guide = this.#form.guided ? guides[goal] : undefined;
      feeds[`factor_${goal}`] = Float32Array.of(guide ? shareOf(guide) : share);
      if (guide) Object.assign(feeds, guideFeeds(goal, guide, styleBlocks(this.#network, this.#form)));
    }
    return feeds;
  }

  async #sessions(width: number, height: number): Promise<SizeSessions> {
    const key = `${width}×${height}`;
    const kept = this.#sizes.get(key);
    if (kept) {
      // Last in the map is most recently used.
      this.#sizes.delete(key);
      this.#sizes.set(key, kept);
      return kept;
    }
    // Room is made first: graphs of a large network fill memory.
    for (const [oldest, unused] of this.#sizes) {
      if (this.#sizes.size < SIZES_KEPT) break;
      this.#sizes.delete(oldest);
      await disposeSize(unused);
    }
    const compile = async (graph: typeof energyGraph) => {
      const outputs = graph(this.#network, this.#form, width, height);
      return Object.keys(outputs).length > 0 ? this.#runtime.compile(outputs) : undefined;
    };
    const sessions = {
      energy: (await compile(energyGraph))!,
      content: this.#form.contentLayers.length > 0 ? await compile(contentGraph) : undefined,
      features: await compile(matchedFeatures),
    };
    this.#sizes.set(key, sessions);
    return sessions;
  }

  /** Frees all compiled graphs. */
  async dispose(): Promise<void> {
    for (const sessions of this.#sizes.values()) await disposeSize(sessions);
    this.#sizes.clear();
    await this.#products.dispose();
  }
}

async function disposeSize({ energy, content, features }: SizeSessions): Promise<void> {
  await energy.dispose();
  await content?.dispose();
  await features?.dispose();
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

/** A mask as the graph takes it: the weights of places at the scales of these blocks. */
function guideFeeds(goal: number, mask: Plane, blocks: readonly number[]): Record<string, Float32Array> {
  const scales = guideWeights(mask, Math.max(...blocks));
  return Object.fromEntries(blocks.map((block) => [`guide_${goal}_${block}`, scales[block - 1]]));
}

/** All pictures of a frame have one size; a warped frame comes with its certainty, a guided form with its guides. */
function checkTargets(
  { content, warped, certainty, guides }: FrameTargets,
  { guided, goals }: EnergyForm,
): void {
  if (!warped !== !certainty)
    throw new NstError('bug', 'TARGETS_INCOMPLETE', 'A warped frame and its certainty must come together');
  if (guided && guides?.length !== goals)
    throw new NstError(
      'bug',
      'TARGETS_INCOMPLETE',
      `Guides: expected one for each of ${goals} goals, found ${guides?.length ?? 0}`,
    );
  const masks = Object.fromEntries((guides ?? []).map((guide, i) => [`guide ${i}`, guide]));
  for (const [name, other] of Object.entries({ warped, certainty, ...masks })) {
    if (other && (other.width !== content.width || other.height !== content.height))
      throw new NstError(
        'bug',
        'SIZES_DIFFER',
        `${name}: expected ${content.width}×${content.height} px as the content, found ${other.width}×${other.height}`,
      );
  }
}
