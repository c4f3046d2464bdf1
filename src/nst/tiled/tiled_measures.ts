import type { Expr, Session, Tensors } from '../../engine/index.js';
import { dreamUnits, paintingMeasures } from '../energy.js';
import { contentTerms, type EnergyForm, graphName } from '../energy_form.js';
import type { Network } from '../network.js';
import { ForwardSweep } from './forward_sweep.js';
import { type Compile, Part } from './part.js';
import { stagesOf, type Tiling } from './stage.js';
import { type Sum, SummedViews } from './sums.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** `contentGraph` in bounded memory: a session of the same feeds and outputs. */
export function tiledContent(
  compile: Compile,
  network: Network,
  form: EnergyForm,
  size: Size,
  tiling: Tiling,
): Promise<Session> {
  const summed = new SummedViews(network);
  const graph = dreamUnits(form, summed.views);
  const maps = contentTerms(form).map(({ term, layer }) => ({ layer, name: `${graphName(term)}_features` }));
  return tiledMeasures(compile, network, form, { size, tiling, graph, sums: summed.sums, maps });
}

/** `styleGraph` in bounded memory: a session of the same feeds and outputs. */
export function tiledStyle(
  compile: Compile,
  network: Network,
  form: EnergyForm,
  size: Size,
  tiling: Tiling,
  guided = false,
): Promise<Session> {
  const summed = new SummedViews(network);
  const graph = paintingMeasures(network, form, summed.views, guided);
  return tiledMeasures(compile, network, form, { size, tiling, graph, sums: summed.sums, maps: [] });
}

interface MeasuresOf {
  readonly size: Size;
  readonly tiling: Tiling;
  /** From sums to what is wanted. */
  readonly graph: Readonly<Record<string, Expr>>;
  readonly sums: readonly Sum[];
  /** Layers that are wanted place by place, and the names that they are given under. */
  readonly maps: readonly { readonly layer: string; readonly name: string }[];
}

async function tiledMeasures(
  compile: Compile,
  network: Network,
  form: EnergyForm,
  { size, tiling, graph, sums, maps }: MeasuresOf,
): Promise<Session> {
  const stages = stagesOf(network, form, size, tiling);
  const wanted = new Set([...sums, ...maps].map(({ layer }) => layer));
  const deepest = stages.findLastIndex(({ convolutions }) => convolutions.some(({ tap }) => wanted.has(tap)));
  const sweep = await ForwardSweep.compile(compile, network, form, stages.slice(0, deepest + 1), {
    sums,
    maps: maps.map(({ layer }) => layer),
  });
  const measures = await Part.compile(compile, graph);
  return {
    async run(feeds: Readonly<Tensors>): Promise<Tensors> {
      const found = await sweep.run(feeds);
      const features = maps.map(({ layer, name }) => [name, found.maps[layer]]);
      return { ...(await measures.run(found.sums)), ...Object.fromEntries(features) };
    },
    async dispose(): Promise<void> {
      await sweep.dispose();
      await measures.dispose();
    },
  };
}
