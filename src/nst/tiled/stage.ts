import { type Expr, input } from '../../engine/index.js';
import { type EnergyForm, formLayers } from '../energy_form.js';
import { centred, layersFrom, pooled, type Tap } from '../features.js';
import type { Convolution, Network } from '../network.js';
import { pooledWindow, spansOf, type Window, windowsOf } from './windows.js';

/** How a part of the network is evaluated: so many of its blocks at a time, in so many windows. */
export interface StageTiling {
  readonly blocks: number;
  readonly columns: number;
  readonly rows: number;
}

/** How an energy is evaluated part by part: block by block of the network, window by window of the picture. */
export type Tiling = readonly StageTiling[];

/** Some blocks of a network that follow one another, evaluated window by window before those after them. */
export interface Stage {
  readonly convolutions: readonly Convolution[];
  /** The first of its blocks, from 1. */
  readonly block: number;
  /** Whether a further stage goes on with what its last pooling leaves. */
  readonly pools: boolean;
  /** Channels and size of what it is given. */
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** All of one size. */
  readonly windows: readonly Window[];
}

/** The convolutions that an energy needs, block by block. */
export function blocksOf(network: Network, form: EnergyForm): Convolution[][] {
  const layers = formLayers(form);
  const deepest = network.convolutions.findLastIndex(({ tap }) => layers.includes(tap));
  const blocks: Convolution[][] = [];
  for (const one of network.convolutions.slice(0, deepest + 1)) (blocks[one.block - 1] ??= []).push(one);
  return blocks;
}

/** How far what blocks compute at a place depends on others, px of what they are given. */
export function haloOf(blocks: readonly (readonly Convolution[])[]): number {
  return blocks.reduce((sum, convolutions, i) => sum + convolutions.length * 2 ** i, 0);
}

/** The columns or rows of windows of so many blocks; nothing where they would be no shorter than the extent. */
export function stageSpans(
  extent: number,
  count: number,
  blocks: readonly (readonly Convolution[])[],
  pools: boolean,
) {
  return spansOf(extent, count, { halo: haloOf(blocks), align: 2 ** (blocks.length - (pools ? 0 : 1)) });
}

/**
 * The stages of a tiling.
 * @throws RangeError where it has more windows than the picture has room for
 */
export function stagesOf(
  network: Network,
  form: EnergyForm,
  size: { readonly width: number; readonly height: number },
  tiling: Tiling,
): Stage[] {
  let left = blocksOf(network, form);
  let block = 1;
  return tiling.map(({ blocks, columns, rows }) => {
    const mine = left.slice(0, blocks);
    left = left.slice(blocks);
    const pools = left.length > 0;
    const [width, height] = [size.width >> (block - 1), size.height >> (block - 1)];
    const across = stageSpans(width, columns, mine, pools);
    const down = stageSpans(height, rows, mine, pools);
    if (!across || !down)
      throw new RangeError(`${columns}×${rows} windows do not fit into ${width}×${height} places`);
    const stage = { convolutions: mine.flat(), block, pools, channels: mine[0][0].inputs, width, height };
    block += blocks;
    return { ...stage, windows: windowsOf(across, down) };
  });
}

/** The layers that a stage has. */
export function layersOf({ convolutions }: Pick<Stage, 'convolutions'>): ReadonlySet<string> {
  return new Set(convolutions.map(({ tap }) => tap));
}

/** How many times a stage halves what it is given, its last pooling among them. */
export function poolings({ convolutions, block }: Stage): number {
  return convolutions[convolutions.length - 1].block - block + 1;
}

/** A window at the scale of a block, and the size of the whole there. */
export function atBlock(
  stage: Stage,
  window: Window,
  block: number,
): [Window, { readonly width: number; readonly height: number }] {
  const by = block - stage.block;
  return [pooledWindow(window, by), { width: stage.width >> by, height: stage.height >> by }];
}

/** The windows of a stage at what its last pooling leaves. */
export function pooledWindows(stage: Stage): Window[] {
  return stage.windows.map((window) => pooledWindow(window, poolings(stage)));
}

/** The input of a stage's graphs, `[1,C,h,w]` of a window, and the same as its first convolution wants it. */
export function stageInput(network: Network, { channels, block, windows: [{ width, height }] }: Stage) {
  const given = input('input', [1, channels, height, width]);
  return { given, first: block === 1 ? centred(network, given) : given };
}

/** What a stage makes of what it is given: its layers by name, and what goes on to the next stage, if anything does. */
export function stageTaps(
  network: Network,
  { convolutions, pools }: Stage,
  input: Expr,
  { pooling }: EnergyForm,
): { readonly taps: ReadonlyMap<string, Tap>; readonly pooled: Expr | undefined } {
  const layers = [...layersFrom(convolutions, input, pooling)];
  const taps = layers.map(({ tap, after }) => [tap, { own: after, head: network.heads.get(tap) }] as const);
  return {
    taps: new Map(taps),
    pooled: pools ? pooled(layers[layers.length - 1].after, pooling) : undefined,
  };
}

/** The form with those of its layers that lie in some stages. */
export function formWithin(form: EnergyForm, stages: readonly Stage[]): EnergyForm {
  const layers = layersOf({ convolutions: stages.flatMap(({ convolutions }) => convolutions) });
  return {
    ...form,
    contentLayers: form.contentLayers.filter((layer) => layers.has(layer)),
    styleLayers: form.styleLayers.filter((layer) => layers.has(layer)),
    dream: form.dream.filter((name) => layers.has(name.split('/')[0])),
  };
}
