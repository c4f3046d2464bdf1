import type { Expr, Tensors } from '../../engine/index.js';
import { blockOf, SharedInputs } from '../energy.js';
import type { EnergyForm } from '../energy_form.js';
import { projected } from '../features.js';
import type { Network } from '../network.js';
import { cut, type Maps, putCore } from './crop.js';
import { type Compile, Part } from './part.js';
import { placesName, weightsOf, windowViews, windowWeights } from './places.js';
import { atBlock, layersOf, pooledWindows, poolings, type Stage, stageInput, stageTaps } from './stage.js';
import { type Sum, sumAt, Totals } from './sums.js';
import type { Window } from './windows.js';

/** What is to be found of a picture. */
export interface Wanted {
  readonly sums: readonly Sum[];
  /** Layers whose features are wanted place by place, as energies see them. */
  readonly maps?: readonly string[];
}

/** What was found of a picture. */
export interface Found {
  /** What every stage was given, `[C,h,w]`; the maps are used again by the next sweep. */
  readonly inputs: readonly Maps[];
  /** By the names of the sums. */
  readonly sums: Tensors;
  /** By layer, `[K,h,w]`. */
  readonly maps: Tensors;
}

interface ForwardStage {
  readonly stage: Stage;
  readonly sums: readonly Sum[];
  readonly maps: readonly string[];
  readonly part: Part;
  /** What its last pooling leaves, and the windows there. */
  readonly left: Maps | undefined;
  readonly leftWindows: readonly Window[];
}

/** Looks at a picture stage by stage, window by window, and adds up what is found. */
export class ForwardSweep {
  readonly #network: Network;
  readonly #stages: readonly ForwardStage[];

  private constructor(network: Network, stages: readonly ForwardStage[]) {
    this.#network = network;
    this.#stages = stages;
  }

  /** @param stages the first of a tiling, to the last that anything is wanted of */
  static async compile(
    compile: Compile,
    network: Network,
    form: EnergyForm,
    stages: readonly Stage[],
    { sums, maps = [] }: Wanted,
  ): Promise<ForwardSweep> {
    const made: ForwardStage[] = [];
    for (const stage of stages) {
      const layers = layersOf(stage);
      const mine = {
        sums: sums.filter(({ layer }) => layers.has(layer)),
        maps: maps.filter((layer) => layers.has(layer)),
      };
      const part = await Part.compile(compile, forwardGraph(network, form, stage, mine));
      const { outputs } = stage.convolutions[stage.convolutions.length - 1];
      const by = poolings(stage);
      const [width, height] = [stage.width >> by, stage.height >> by];
      const data = new Float32Array(stage.pools ? outputs * width * height : 0);
      const left = stage.pools ? { width, height, data } : undefined;
      made.push({ stage, ...mine, part, left, leftWindows: pooledWindows(stage) });
    }
    return new ForwardSweep(network, made);
  }

  /** @param feeds of the whole energy: `image`, and guides where sums are of goals */
  async run(feeds: Readonly<Tensors>): Promise<Found> {
    const totals = new Totals(this.#stages.flatMap(({ sums }) => sums));
    const maps: Tensors = {};
    const inputs: Maps[] = [];
    let given: Maps | undefined;
    for (const one of this.#stages) {
      const { width, height } = one.stage;
      given ??= { width, height, data: feeds.image };
      inputs.push(given);
      await this.#runStage(one, given, feeds, { totals, maps });
      given = one.left;
    }
    return { inputs: given ? [...inputs, given] : inputs, sums: totals.get(), maps };
  }

  async #runStage(
    { stage, sums, maps, part, left, leftWindows }: ForwardStage,
    given: Maps,
    feeds: Readonly<Tensors>,
    found: { readonly totals: Totals; readonly maps: Tensors },
  ): Promise<void> {
    const kinds = weightsOf(this.#network, sums);
    for (const [i, window] of stage.windows.entries()) {
      const there: Tensors = { input: cut(given, window) };
      const shares = new Map<string, number>();
      for (const kind of kinds) {
        const { weights, share } = windowWeights(kind, ...atBlock(stage, window, kind.block), feeds);
        // Features vary about the window's own mean: its weights must have the sum 1.
        there[placesName(kind)] = share > 0 ? weights.map((weight) => weight / share) : weights;
        shares.set(placesName(kind), share);
      }
      const values = await part.run(there);
      for (const sum of sums) {
        const { layer, goal } = sum;
        found.totals.add(
          sum,
          values,
          shares.get(placesName({ goal, block: blockOf(this.#network, layer) }))!,
        );
      }
      if (left) putCore(left, leftWindows[i], values.pooled);
      for (const layer of maps) {
        const [here, size] = atBlock(stage, window, blockOf(this.#network, layer));
        const channels = values[layer].length / (here.width * here.height);
        found.maps[layer] ??= new Float32Array(channels * size.width * size.height);
        putCore({ ...size, data: found.maps[layer] }, here, values[layer]);
      }
    }
  }

  async dispose(): Promise<void> {
    for (const { part } of this.#stages) await part.dispose();
  }
}

function forwardGraph(
  network: Network,
  form: EnergyForm,
  stage: Stage,
  { sums, maps }: { readonly sums: readonly Sum[]; readonly maps: readonly string[] },
): Record<string, Expr> {
  const { taps, pooled } = stageTaps(network, stage, stageInput(network, stage).first, form);
  const views = windowViews(network, taps, { inputs: new SharedInputs(), centred: false });
  const outputs: Record<string, Expr> = {};
  for (const sum of sums) outputs[sum.name] = sumAt(views(sum.layer, sum.goal), sum);
  for (const layer of maps) outputs[layer] = projected(taps.get(layer)!);
  if (pooled) outputs.pooled = pooled;
  return outputs;
}
