import type { Runtime, Session, Tensors } from '../engine/index.js';
import { NstError } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import {
  contentGraph,
  type EnergyForm,
  type EnergyWeights,
  energyGraph,
  graphName,
  styleGraph,
  termNames,
  termWeight,
} from './energy.js';
import type { Evaluation } from './minimise.js';
import type { Network } from './network.js';

/** A painting and its share in the target Gram matrices. */
export interface Style {
  readonly picture: Picture;
  /** Relative to the others'; shares are divided by their sum. */
  readonly weight: number;
}

/** What one frame is painted towards. */
export interface FrameTargets {
  readonly content: Picture;
  /** Previous stylised frame warped onto this one, and where to trust it, 0..1; both or neither. */
  readonly warped?: Picture;
  readonly certainty?: Plane;
  /** What the temporal term is more than `warped` and `certainty` say, whatever the picture is; 0 unless given. */
  readonly temporalConstant?: number;
  readonly weights: EnergyWeights;
}

/** Compiled graphs of one frame size. */
interface SizeSessions {
  readonly energy: Session;
  readonly content: Session | undefined;
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
  /** Least recently used first. */
  readonly #sizes = new Map<string, SizeSessions>();
  #grams: Tensors | undefined;
  readonly #named = new Map<string, Tensors>();

  constructor(network: Network, runtime: Runtime, form: EnergyForm) {
    this.#network = network;
    this.#runtime = runtime;
    this.#form = form;
  }

  /**
   * Sets the target Gram matrices: the weighted mean over the styles, each at its own size; those of `name` where no
   * styles are given. A few megabytes are kept for each name.
   * @throws NstError `INVALID_STYLES` (usage) where there is no style or no positive sum of weights.
   */
  async setStyles(styles: readonly Style[] | undefined, name?: string): Promise<void> {
    this.#grams = styles ? await this.#gramsOf(styles) : this.#named.get(name ?? '');
    if (name !== undefined && this.#grams) this.#named.set(name, this.#grams);
  }

  async #gramsOf(styles: readonly Style[]): Promise<Tensors> {
    const sum = styles.reduce((total, { weight }) => total + weight, 0);
    if (!(sum > 0 && Number.isFinite(sum)) || styles.some(({ weight }) => weight < 0))
      throw new NstError(
        'usage',
        'INVALID_STYLES',
        `Style weights must not be negative and have a positive sum, found ${styles.map((s) => s.weight).join(', ') || 'none'}`,
      );
    const mean: Tensors = {};
    for (const { picture, weight } of styles) {
      const { width, height, data } = picture;
      const session = await this.#runtime.compile(styleGraph(this.#network, this.#form, width, height));
      const grams = await session.run({ image: data }).finally(() => session.dispose());
      for (const [layer, values] of Object.entries(grams)) {
        mean[layer] ??= new Float32Array(values.length);
        for (let i = 0; i < values.length; i++) mean[layer][i] += (weight / sum) * values[i];
      }
    }
    return mean;
  }

  /** The energy of pictures `[3,H,W]` under the targets, as a function to be called any number of times. */
  async energyOf(targets: FrameTargets): Promise<(image: Float32Array) => Promise<Evaluation>> {
    const { content, warped, certainty, temporalConstant = 0, weights } = targets;
    const { width, height } = content;
    checkTargets(targets);
    if (!this.#grams && this.#form.styleLayers.length > 0)
      throw new NstError('bug', 'STYLES_NOT_SET', 'An energy was asked for before any style was set');
    const sessions = await this.#sessions(width, height);
    const feeds: Tensors = {
      // Without a predecessor the temporal term stays in the graph, at certainty and weight zero.
      warped: warped?.data ?? content.data,
      certainty: certainty?.data ?? new Float32Array(width * height),
    };
    const contentFeatures = (await sessions.content?.run({ image: content.data })) ?? {};
    for (const [layer, values] of Object.entries(contentFeatures)) feeds[`target_content_${layer}`] = values;
    for (const [layer, values] of Object.entries(this.#grams ?? {})) feeds[`target_style_${layer}`] = values;
    const names = termNames(this.#form);
    for (const term of names) {
      const weight = term === 'temporal' && !warped ? 0 : termWeight(weights, term);
      feeds[`weight_${graphName(term)}`] = Float32Array.of(weight);
    }
    return async (image) => {
      const results = await sessions.energy.run({ ...feeds, image });
      const terms = Object.fromEntries(names.map((term) => [term, results[graphName(term)][0]]));
      terms.temporal += temporalConstant;
      const energy = results.energy[0] + termWeight(weights, 'temporal') * temporalConstant;
      return { energy, terms, gradient: results.gradient };
    };
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
    const compile = (graph: typeof energyGraph) =>
      this.#runtime.compile(graph(this.#network, this.#form, width, height));
    const sessions = {
      energy: await compile(energyGraph),
      content: this.#form.contentLayers.length > 0 ? await compile(contentGraph) : undefined,
    };
    this.#sizes.set(key, sessions);
    return sessions;
  }

  /** Frees all compiled graphs. */
  async dispose(): Promise<void> {
    for (const sessions of this.#sizes.values()) await disposeSize(sessions);
    this.#sizes.clear();
  }
}

async function disposeSize({ energy, content }: SizeSessions): Promise<void> {
  await energy.dispose();
  await content?.dispose();
}

/** All pictures of a frame have one size; a warped frame comes with its certainty. */
function checkTargets({ content, warped, certainty }: FrameTargets): void {
  if (!warped !== !certainty)
    throw new NstError('bug', 'TARGETS_INCOMPLETE', 'A warped frame and its certainty must come together');
  for (const [name, other] of Object.entries({ warped, certainty })) {
    if (other && (other.width !== content.width || other.height !== content.height))
      throw new NstError(
        'bug',
        'SIZES_DIFFER',
        `${name}: expected ${content.width}×${content.height} px as the content, found ${other.width}×${other.height}`,
      );
  }
}
