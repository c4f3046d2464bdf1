import { type EnergyForm, formLayers } from '../energy_form.js';
import type { LayerShape } from '../network_cost.js';
import type { Tiling } from './stage.js';
import { spansOf } from './windows.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A way to evaluate an energy, and what it takes. */
export interface Evaluated {
  /** Nothing for the picture as a whole. */
  readonly tiling: Tiling | undefined;
  /** Bytes beside the network, the pictures and the optimiser. */
  readonly bytes: number;
  /** Multiplications and additions, as a multiple of those of the picture as a whole. */
  readonly cost: number;
}

// Measured with onnxruntime, VGG-19, 640x360 to 3840x2160: within a tenth.
/** Features that live at once, in all features of a pass: theirs, their gradients, and copies in another layout. */
const WHOLE = 1.7;
/** The same where a window is carried back, which keeps no copies for sums. */
const BACKWARD = 1.3;
/** Layers of the largest size that live at once on the way forward. */
const FORWARD = 2.2;

const FLOAT = 4;

/** What an evaluation takes that looks at the picture as a whole. */
export function wholeEvaluation(layers: readonly LayerShape[], form: FormOfSums, size: Size): Evaluated {
  const blocks = neededBlocks(layers, form);
  return { tiling: undefined, bytes: WHOLE * featureBytes(blocks) * size.width * size.height, cost: 1 };
}

type FormOfSums = Pick<EnergyForm, 'contentLayers' | 'styleLayers' | 'dream'>;

/**
 * The cheapest way to evaluate an energy in windows that takes no more than `bytes`; where none does, the one that takes
 * least.
 *
 * Windows are looked at twice, forward and back, and have halos, so that few blocks in large windows cost least. But
 * what lies between two stages is kept for all of the picture: many blocks in one stage leave the least of it.
 */
export function fitWindows(
  layers: readonly LayerShape[],
  form: FormOfSums,
  size: Size,
  bytes: number,
): Evaluated {
  const blocks = neededBlocks(layers, form);
  const kept = contentBytes(layers, form) * size.width * size.height;
  const ways = groupings(blocks.length).map((counts) => fitGrouping(blocks, counts, size, bytes - kept));
  const told = ways.map((way) => ({ ...way, bytes: way.bytes + kept }));
  const fitting = told.filter((way) => way.bytes <= bytes);
  if (fitting.length > 0) return fitting.reduce((a, b) => (b.cost < a.cost ? b : a));
  return told.reduce((a, b) => (b.bytes < a.bytes ? b : a));
}

/** Convolutions that an energy needs, block by block. */
function neededBlocks(layers: readonly LayerShape[], form: FormOfSums): LayerShape[][] {
  const wanted = formLayers(form);
  const names = layerNames(layers);
  const deepest = names.findLastIndex((name) => wanted.includes(name));
  const blocks: LayerShape[][] = [];
  for (const layer of layers.slice(0, deepest + 1)) (blocks[layer.block - 1] ??= []).push(layer);
  return blocks;
}

/** `relu1_1`, `relu1_2`, … */
function layerNames(layers: readonly LayerShape[]): string[] {
  return layers.map(
    ({ block }, i) => `relu${block}_${i - layers.findIndex((other) => other.block === block) + 1}`,
  );
}

/** Bytes of all layers' outputs per pixel of what the first block is given. */
function featureBytes(blocks: readonly (readonly LayerShape[])[]): number {
  return blocks.reduce(
    (sum, layers, i) => sum + layers.reduce((s, { outputs }) => s + FLOAT * outputs, 0) / 4 ** i,
    0,
  );
}

/** Bytes of the content picture's features, per pixel of the picture. */
function contentBytes(layers: readonly LayerShape[], { contentLayers }: FormOfSums): number {
  const names = layerNames(layers);
  return layers.reduce(
    (sum, { outputs, block }, i) =>
      sum + (contentLayers.includes(names[i]) ? (FLOAT * outputs) / 4 ** (block - 1) : 0),
    0,
  );
}

/** Every way to take n blocks in stages of one or more: `[5]`, `[4,1]`, … */
function groupings(blocks: number): number[][] {
  if (blocks === 0) return [[]];
  return Array.from({ length: blocks }, (_, i) => blocks - i).flatMap((first) =>
    groupings(blocks - first).map((rest) => [first, ...rest]),
  );
}

/** A stage, and windows for it. */
interface StageShape extends Size {
  readonly blocks: readonly (readonly LayerShape[])[];
  readonly pools: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Pixels of a window. */
  readonly area: number;
}

/** Cuts the stage whose windows take most, again and again, until all is small enough or nothing more can be cut. */
function fitGrouping(
  blocks: readonly (readonly LayerShape[])[],
  counts: readonly number[],
  { width, height }: Size,
  bytes: number,
): Evaluated {
  let before = 0;
  let stages = counts.map((count): StageShape => {
    const [w, h] = [width >> before, height >> before];
    const mine = blocks.slice(before, before + count);
    before += count;
    const pools = before < blocks.length;
    return { blocks: mine, pools, width: w, height: h, columns: 1, rows: 1, area: w * h };
  });
  const all = () => stages.reduce((sum, stage, i) => sum + stageBytes(stage, i === stages.length - 1), 0);
  const done = new Set<StageShape>();
  while (all() > bytes && done.size < stages.length) {
    const cuttable = stages.filter((stage) => !done.has(stage));
    const largest = cuttable.reduce((a, b) => (workBytes(b, false) > workBytes(a, false) ? b : a));
    const smaller = cutOnce(largest);
    if (smaller) stages = stages.map((stage) => (stage === largest ? smaller : stage));
    else done.add(largest);
  }
  const flop = (stage: StageShape) => flopOf(stage.blocks) * stage.width * stage.height;
  const whole = 2 * stages.reduce((sum, stage) => sum + flop(stage), 0);
  const cost = stages.reduce((sum, stage, i) => {
    const once = i === stages.length - 1 && stage.columns * stage.rows === 1;
    const seen = (stage.area * stage.columns * stage.rows) / (stage.width * stage.height);
    return sum + (once ? 2 : 3) * seen * flop(stage);
  }, 0);
  const tiling = stages.map(({ blocks: { length }, columns, rows }) => ({ blocks: length, columns, rows }));
  return { tiling, bytes: all(), cost: cost / whole };
}

/** One more column, or row, whichever leaves windows nearer to squares; nothing where there is no room for that. */
function cutOnce(stage: StageShape): StageShape | undefined {
  const { width, height, columns, rows } = stage;
  const ways = [
    { columns: columns + 1, rows },
    { columns, rows: rows + 1 },
  ];
  for (const way of width / columns >= height / rows ? ways : ways.reverse()) {
    const area = areaOf({ ...stage, ...way });
    if (area < stage.area) return { ...stage, ...way, area };
  }
  return undefined;
}

/** Pixels of a window; more than any where the stage cannot be cut so. */
function areaOf({ width, height, blocks, pools, columns, rows }: Omit<StageShape, 'area'>): number {
  const options = {
    halo: blocks.reduce((sum, layers, i) => sum + layers.length * 2 ** i, 0),
    align: 2 ** (blocks.length - (pools ? 0 : 1)),
  };
  const across = spansOf(width, columns, options)?.[0].end;
  const down = spansOf(height, rows, options)?.[0].end;
  return across && down ? across * down : Number.POSITIVE_INFINITY;
}

/** What the windows of a stage take. */
function workBytes({ blocks, area, columns, rows }: StageShape, last: boolean): number {
  const features = featureBytes(blocks);
  if (last && columns * rows === 1) return area * WHOLE * features;
  const widths = blocks.flatMap((layers, i) => layers.map(({ outputs }) => (FLOAT * outputs) / 4 ** i));
  return area * (BACKWARD * features + FORWARD * Math.max(...widths));
}

/** That, and what the stage leaves for the next, with its derivative. */
function stageBytes(stage: StageShape, last: boolean): number {
  const { blocks, pools, width, height } = stage;
  const { outputs } = blocks[blocks.length - 1].at(-1)!;
  const left = pools ? 2 * FLOAT * outputs * (width >> blocks.length) * (height >> blocks.length) : 0;
  return workBytes(stage, last) + left;
}

/** Multiplications of the convolutions, per pixel of what the first block is given. */
function flopOf(blocks: readonly (readonly LayerShape[])[]): number {
  return blocks.reduce(
    (sum, layers, i) => sum + layers.reduce((s, { inputs, outputs }) => s + 9 * inputs * outputs, 0) / 4 ** i,
    0,
  );
}
