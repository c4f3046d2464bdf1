import {
  add,
  type Expr,
  gradient,
  input,
  mul,
  reshape,
  scale,
  square,
  sub,
  sum,
  type Tensors,
} from '../../engine/index.js';
import { blockOf, SharedInputs } from '../energy.js';
import { contentTerms, type EnergyForm, graphName } from '../energy_form.js';
import { projected } from '../features.js';
import type { Network } from '../network.js';
import { addWindow, cut, cutCore, type Maps } from './crop.js';
import type { Found } from './forward_sweep.js';
import { type Compile, Part } from './part.js';
import { centreName, placesName, weightsOf, windowViews, windowWeights } from './places.js';
import { atBlock, formWithin, layersOf, pooledWindows, type Stage, stageInput, stageTaps } from './stage.js';
import { meanOf, type Sum, sumAt } from './sums.js';
import type { Window } from './windows.js';

/** The name of the energy's derivative by a sum. */
export function derivativeName({ name }: Sum): string {
  return `by_${name}`;
}

interface BackwardStage {
  readonly stage: Stage;
  /** The sums that the energy depends on, and the terms of the content picture. */
  readonly sums: readonly Sum[];
  readonly content: readonly ContentLayer[];
  readonly part: Part;
  readonly leftWindows: readonly Window[];
  /** The derivative by what the stage is given; a picture's is the caller's. */
  readonly derivative: Maps | undefined;
}

/** A layer whose features are compared with the content picture's. */
interface ContentLayer {
  readonly term: string;
  readonly layer: string;
  /** The name that the content picture's features are fed under. */
  readonly target: string;
}

/**
 * The way back: with the energy's derivatives by the sums known, a window's part in it is Σ ⟨∂E/∂sum, the window's sum⟩
 * + its content + ⟨∂E/∂pooled, what it leaves to the next stage⟩, of its core. The derivative of that by all of the
 * window, halo and all, is added up: what one core has from its neighbours' pixels, their windows do not tell.
 */
export class BackwardSweep {
  readonly #network: Network;
  readonly #stages: readonly BackwardStage[];

  private constructor(network: Network, stages: readonly BackwardStage[]) {
    this.#network = network;
    this.#stages = stages;
  }

  /** @param sums those that the energy depends on */
  static async compile(
    compile: Compile,
    network: Network,
    form: EnergyForm,
    stages: readonly Stage[],
    sums: readonly Sum[],
  ): Promise<BackwardSweep> {
    const made: BackwardStage[] = [];
    for (const stage of stages) {
      const layers = layersOf(stage);
      const mine = sums.filter(({ layer }) => layers.has(layer));
      const content = contentTerms(formWithin(form, [stage])).map(({ term, layer }) => ({
        ...{ term: graphName(term), layer },
        target: `target_${graphName(term)}_features`,
      }));
      const part = await Part.compile(compile, backwardGraph(network, form, stage, { sums: mine, content }));
      const { width, height, channels, block } = stage;
      const derivative =
        block === 1 ? undefined : { width, height, data: new Float32Array(channels * width * height) };
      made.push({ stage, sums: mine, content, part, leftWindows: pooledWindows(stage), derivative });
    }
    return new BackwardSweep(network, made);
  }

  /**
   * @param found what the way forward found
   * @param feeds of the whole energy, and its derivatives by the sums
   * @param upstream the derivative by what the last of the stages leaves
   * @param gradient `[3,H,W]`, which the energy's derivative by the picture is added to
   * @returns the terms of the content picture, by the names of graphs
   */
  async run(
    found: Found,
    feeds: Readonly<Tensors>,
    upstream: Maps | undefined,
    gradient: Float32Array,
  ): Promise<Record<string, number>> {
    const terms: Record<string, number> = {};
    let later = upstream;
    for (const [k, one] of [...this.#stages.entries()].reverse()) {
      const { width, height } = one.stage;
      one.derivative?.data.fill(0);
      const into = one.derivative ?? { width, height, data: gradient };
      await this.#runStage(one, { given: found.inputs[k], later, into, terms }, { ...feeds, ...found.sums });
      later = one.derivative;
    }
    return terms;
  }

  async #runStage(
    { stage, sums, content, part, leftWindows }: BackwardStage,
    maps: {
      readonly given: Maps;
      readonly later: Maps | undefined;
      readonly into: Maps;
      readonly terms: Record<string, number>;
    },
    feeds: Readonly<Tensors>,
  ): Promise<void> {
    const { given, later, into, terms } = maps;
    const whole = content.map(({ layer }) => ({ layer, goal: undefined }));
    const centres = Object.fromEntries(sums.map((one) => [centreName(one), feeds[meanOf(one)]]));
    for (const [i, window] of stage.windows.entries()) {
      const there: Tensors = { ...feeds, ...centres, input: cut(given, window) };
      for (const kind of weightsOf(this.#network, [...sums, ...whole])) {
        const { weights } = windowWeights(kind, ...atBlock(stage, window, kind.block), feeds);
        there[placesName(kind)] = weights;
      }
      for (const { layer, target } of content) {
        const [here, size] = atBlock(stage, window, blockOf(this.#network, layer));
        there[target] = cut({ ...size, data: feeds[target] }, here);
      }
      if (later) there.upstream = cutCore(later, leftWindows[i]);
      const { derivative, ...contents } = await part.run(there);
      addWindow(into, window, derivative);
      for (const [term, [value]] of Object.entries(contents)) terms[term] = (terms[term] ?? 0) + value;
    }
  }

  async dispose(): Promise<void> {
    for (const { part } of this.#stages) await part.dispose();
  }
}

function backwardGraph(
  network: Network,
  form: EnergyForm,
  stage: Stage,
  { sums, content }: { readonly sums: readonly Sum[]; readonly content: readonly ContentLayer[] },
): Record<string, Expr> {
  const { given, first } = stageInput(network, stage);
  const { taps, pooled } = stageTaps(network, stage, first, form);
  const inputs = new SharedInputs();
  const views = windowViews(network, taps, { inputs, centred: true });
  const parts = sums.map((one) =>
    sum(mul(input(derivativeName(one), one.shape), sumAt(views(one.layer, one.goal), one))),
  );
  const terms: Record<string, Expr> = {};
  for (const { term, layer, target } of content) {
    const features = projected(taps.get(layer)!);
    const squares = square(sub(features, input(target, features.shape)));
    const weights = views(layer).weights!;
    terms[term] = scale(sum(mul(squares, weights)), 1 / network.channels.get(layer)!);
    parts.push(mul(input(`weight_${term}`, []), terms[term]));
  }
  if (pooled) parts.push(sum(mul(input('upstream', pooled.shape), pooled)));
  const [derivative] = gradient(
    parts.reduce((a, b) => add(reshape(a, []), reshape(b, []))),
    [given],
  );
  return { derivative, ...terms };
}
