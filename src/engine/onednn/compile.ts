import { type Expr, type OpName, topologicalOrder } from '../expr.js';
import { addConvolution, constantRows } from './convolutions.js';
import type { Dnnl } from './dnnl.js';
import { addGate, addPairwise, addUnary, type Spent } from './elementwise.js';
import { type Fusion, findFusions } from './fusions.js';
import type { LaidWeights } from './laid_weights.js';
import { addEnlargedConvolution, addEnlargement, addPadding, addPooling, addSlice } from './poolings.js';
import { addProduct, addReshape, addTransposed } from './products.js';
import { type FeatureLayout, Program, type Tensor } from './program.js';
import { stretch, sumOver, total, totalOfSquares } from './rows.js';

export interface Compiled {
  readonly program: Program;
  readonly inputs: readonly { readonly expr: Expr<'input'>; readonly tensor: Tensor }[];
  readonly outputs: readonly { readonly name: string; readonly tensor: Tensor }[];
}

/** Writes a graph as primitives of the library and steps in JavaScript. Throws where the library refuses. */
export function compileGraph(
  dnnl: Dnnl,
  layout: FeatureLayout,
  weights: LaidWeights,
  graph: Readonly<Record<string, Expr>>,
): Compiled {
  const program = new Program(dnnl, layout, weights);
  try {
    const results = Object.values(graph);
    const fusions = findFusions(results);
    const spent: Spent = (expr) => ownsMemory(expr) && fusions.only(expr);
    const inputs: Compiled['inputs'][number][] = [];
    const order = topologicalOrder(results);
    // Weights of convolutions are laid out for them; nobody else reads those.
    const values = new Set(results);
    for (const { op, inputs } of order) for (const x of op === 'conv2d' ? [inputs[0]] : inputs) values.add(x);
    for (const expr of order) {
      if (expr.op === 'input') {
        inputs.push({ expr, tensor: program.fed(expr) });
      } else if (expr.op === 'constant') {
        if (values.has(expr)) constantRows(program, expr);
      } else if (!fusions.swallowed.has(expr)) {
        const fusion = fusions.ends.get(expr);
        if (fusion) addFused(program, expr, fusion, spent);
        else (ADD[expr.op] as Add<Computed>)(program, expr as Expr<Computed>, spent);
      }
    }
    const outputs = Object.entries(graph).map(([name, expr]) => ({ name, tensor: program.result(expr) }));
    return { program, inputs, outputs };
  } catch (error) {
    program.dispose();
    throw error;
  }
}

function addFused(program: Program, expr: Expr, fusion: Fusion, spent: Spent): void {
  switch (fusion.kind) {
    case 'convolution':
      addConvolution(program, fusion.convolution, expr, { relu: true });
      break;
    case 'gate':
      addGate(program, expr, fusion.upstream, fusion.value, spent);
      break;
    case 'enlarged convolution':
      addEnlargedConvolution(program, fusion.convolution, expr);
      break;
    case 'enlargement':
      addEnlargement(program, fusion.enlarged, expr, spent);
      // In rows, the zeros are put round it in a step of their own.
      if (program.has(fusion.enlarged, 'rows')) addPadding(program, expr as Expr<'pad'>);
  }
}

/** Whether a value's memory is not that of another. */
function ownsMemory({ op }: Expr): boolean {
  return op !== 'reshape' && op !== 'stopGradient';
}

/** What is computed; inputs and constants are not. */
type Computed = Exclude<OpName, 'input' | 'constant'>;

type Add<Op extends OpName> = (program: Program, expr: Expr<Op>, spent: Spent) => void;

/** A step in JavaScript from rows to rows. */
function inRows(program: Program, expr: Expr, action: (out: Float32Array, x: Float32Array) => void): void {
  const from = program.get(expr.inputs[0], 'rows');
  const out = program.create(expr.shape, 'rows', [from]);
  program.compute([out, from], action);
  program.set(expr, 'rows', out);
}

/** One number of all elements, as they lie in rows. */
function reduced(program: Program, expr: Expr, value: (x: Float32Array) => number): void {
  inRows(program, expr, (out, x) => {
    out[0] = value(x);
  });
}

const ADD: { readonly [Op in Computed]: Add<Op> } = {
  add: addPairwise,
  sub: addPairwise,
  mul: addPairwise,
  div: addPairwise,
  equal: addPairwise,
  scale: addUnary,
  relu: addUnary,
  step: addUnary,
  square: addUnary,
  sqrt: addUnary,
  abs: addUnary,
  stopGradient: (program, expr) => {
    const form = program.inFeatures(expr.inputs[0]) ? 'features' : 'rows';
    program.set(expr, form, program.get(expr.inputs[0], form));
  },
  conv2d: (program, expr) => addConvolution(program, expr, expr),
  maxPool2: addPooling,
  avgPool2: addPooling,
  upsample2: (program, expr, spent) => addEnlargement(program, expr, expr, spent),
  gemm: addProduct,
  transpose: addTransposed,
  sum: (program, expr) => {
    const { axes } = expr.attrs;
    if (axes === 'all') reduced(program, expr, total);
    else inRows(program, expr, sumOver(expr.inputs[0].shape, axes));
  },
  sumSquares: (program, expr) => reduced(program, expr, totalOfSquares),
  reshape: addReshape,
  slice: addSlice,
  pad: addPadding,
  expand: (program, expr) => inRows(program, expr, stretch(expr.shape, expr.inputs[0].shape)),
};
