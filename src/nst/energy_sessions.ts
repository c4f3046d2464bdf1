import { type Precision, RecentlyUsed, type Runtime, type Session, type Tensors } from '../engine/index.js';
import { NstError } from '../error.js';
import type { Picture, Plane } from '../picture.js';
import { type DeviceEnergy, type DeviceGraphs, openDeviceEnergy } from './device_energy.js';
import { styleBlocks } from './energy.js';
import {
  type EnergyForm,
  type EnergyWeights,
  graphName,
  hasFactors,
  styleTerms,
  termNames,
  termWeight,
} from './energy_form.js';
import { EnergyGraphs } from './energy_graphs.js';
import { gradientFactors } from './gradient_factors.js';
import { guideFeeds, shareOf } from './guides.js';
import { FrameMatches } from './matching/frame_matches.js';
import { matchedFeatures } from './matching/painting_matchers.js';
import { ProductSessions } from './matching/product_sessions.js';
import type { Evaluation } from './minimise.js';
import type { Network } from './network.js';
import type { Fit, MemoryLimit } from './solver_memory.js';
import { type Style, StylePaintings, type StyleTargets } from './style_paintings.js';

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
  /** The same in low precision. */
  readonly low: Session | undefined;
  readonly content: Session | undefined;
  /** Features to be matched. */
  readonly features: Session | undefined;
  /** The same energy, where the runtime's device keeps tensors. */
  readonly device: DeviceGraphs | undefined;
}

/** The energy of pictures `[3,H,W]`, to be called any number of times. */
export interface FrameEnergy {
  (image: Float32Array): Promise<Evaluation>;
  /**
   * Matches this picture's features with the paintings' anew: the energy is another then. None where no loss has
   * partners that stay. The picture evaluated first is matched by itself.
   */
  readonly rematch?: (image: Float32Array) => Promise<void>;
  /**
   * The same energy of pictures that stay on the runtime's device. None where it has no memory of its own, or where
   * pictures are matched beside the graph.
   */
  readonly onDevice?: () => Promise<DeviceEnergy>;
  /** The same in low precision, cheaper; its targets are float32's. Where the sessions have one. */
  readonly low?: (image: Float32Array) => Promise<Evaluation>;
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
  readonly #precision: Precision;
  readonly #products: ProductSessions;
  readonly #graphs: EnergyGraphs;
  // Room is made first: graphs of a large network fill memory.
  readonly #sizes = new RecentlyUsed<SizeSessions>(SIZES_KEPT, disposeSize);
  #targets: StyleTargets | undefined;
  readonly #paintings: StylePaintings;
  #latestContent: { pixels: Float32Array; sessions: SizeSessions; features: Tensors } | undefined;

  /**
   * @param precision Pictures have a `low` energy unless it is float32, or they are evaluated in windows.
   * @param limit What pictures are evaluated in windows for, where they do not fit.
   */
  constructor(
    network: Network,
    runtime: Runtime,
    form: EnergyForm,
    precision: Precision = 'float32',
    limit?: MemoryLimit,
  ) {
    this.#network = network;
    this.#runtime = runtime;
    this.#form = form;
    this.#precision = precision;
    this.#products = new ProductSessions(runtime);
    this.#graphs = new EnergyGraphs(network, runtime, form, limit);
    this.#paintings = new StylePaintings(network, runtime, form, this.#products, this.#graphs);
  }

  /**
   * Sets the targets: for every goal the weighted mean of its paintings' measures, each painting at its own size.
   * @throws NstError `INVALID_STYLES` (usage) where the weights have no positive sum.
   */
  async setStyles(styles: readonly Style[]): Promise<void> {
    this.#targets = await this.#paintings.targetsOf(styles);
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
    const contentFeatures = await this.#featuresOf(content, sessions);
    for (const [measure, values] of Object.entries(contentFeatures)) feeds[`target_${measure}`] = values;
    Object.assign(feeds, this.#targets?.measures, this.#goalFeeds(targets));
    const names = termNames(this.#form);
    const weighted = (weightOf: (term: string) => number): Tensors =>
      Object.fromEntries(names.map((term) => [`weight_${graphName(term)}`, Float32Array.of(weightOf(term))]));
    const atContent = this.#matchesOf(targets, sessions);
    const factors = await this.#factors(async (term) => {
      const matched = await atContent.targetsFor(content.data);
      const alone = weighted((one) => (one === term ? 1 : 0));
      return (await sessions.energy.run({ ...feeds, ...alone, ...matched, image: content.data })).gradient;
    });
    const factorOf = (term: string) => factors[term] ?? 1;
    const own = weighted((term) =>
      term === 'temporal' && !warped ? 0 : factorOf(term) * termWeight(weights, term),
    );
    const matches = this.#matchesOf(targets, sessions);
    const valuesOf = (results: Readonly<Tensors>) => {
      const terms = Object.fromEntries(
        names.map((term) => [term, factorOf(term) * results[graphName(term)][0]]),
      );
      terms.temporal += temporalConstant;
      const energy = results.energy[0] + termWeight(weights, 'temporal') * temporalConstant;
      return { energy, terms };
    };
    const evaluateIn =
      (session: Session) =>
      async (image: Float32Array): Promise<Evaluation> => {
        const matched = await matches.targetsFor(image);
        const results = await session.run({ ...feeds, ...own, ...matched, image });
        return { ...valuesOf(results), gradient: results.gradient };
      };
    const rematch = matches.stay ? (image: Float32Array) => matches.rematch(image) : undefined;
    const low = sessions.low && evaluateIn(sessions.low);
    const { device, features } = sessions;
    const onDevice =
      device && !features ? () => openDeviceEnergy(device, { ...feeds, ...own }, valuesOf) : undefined;
    return Object.assign(evaluateIn(sessions.energy), { rematch, low, onDevice });
  }

  /** The same frame is often asked for again: its painting is evaluated once more after it was minimised. */
  async #featuresOf({ data }: Picture, sessions: SizeSessions): Promise<Tensors> {
    const known = this.#latestContent;
    if (known?.sessions === sessions && sameValues(known.pixels, data)) return known.features;
    const features = (await sessions.content?.run({ image: data })) ?? {};
    this.#latestContent = { pixels: data, sessions, features };
    return features;
  }

  #matchesOf({ content, guides }: FrameTargets, { features }: SizeSessions): FrameMatches {
    return new FrameMatches({
      network: this.#network,
      form: this.#form,
      width: content.width,
      height: content.height,
      styles: this.#targets?.matched ?? [],
      guides: this.#form.guided ? guides : undefined,
      featuresOf: async (image) => (await features?.run({ image })) ?? {},
    });
  }

  /** Factors of the style terms within this frame's energy; none unless the form has its gradients normalised. */
  async #factors(gradientOf: (term: string) => Promise<Float32Array>): Promise<Record<string, number>> {
    if (this.#form.normalise !== 'gradients') return {};
    return gradientFactors(
      styleTerms(this.#form).map(({ term }) => term),
      gradientOf,
    );
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

  #sessions(width: number, height: number): Promise<SizeSessions> {
    return this.#sizes.get(`${width}×${height}`, async () => {
      const size = { width, height };
      const matched = matchedFeatures(this.#network, this.#form, width, height);
      // In windows there is no room for a second one.
      const one = this.#precision === 'float32' || this.fit(size)?.tiling;
      const device = await this.#graphs.onDevice(size);
      return {
        device,
        energy: device?.energy ?? (await this.#graphs.energy(size)),
        low: one ? undefined : await this.#graphs.energy(size, { precision: this.#precision }),
        content: await this.#graphs.content(size),
        features: Object.keys(matched).length > 0 ? await this.#runtime.compile(matched) : undefined,
      };
    });
  }

  /** How pictures of a size fit into the limit; nothing where there is none. Throws as `EnergyGraphs.fit`. */
  fit(size: { readonly width: number; readonly height: number }): Fit | undefined {
    return this.#graphs.fit(size);
  }

  /** Frees all compiled graphs. */
  async dispose(): Promise<void> {
    await this.#sizes.dispose();
    await this.#products.dispose();
  }
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  const [one, other] = [a, b].map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  return one.equals(other);
}

async function disposeSize({ energy, low, content, features, device }: SizeSessions): Promise<void> {
  await device?.vectors.dispose();
  await energy.dispose();
  await low?.dispose();
  await content?.dispose();
  await features?.dispose();
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
