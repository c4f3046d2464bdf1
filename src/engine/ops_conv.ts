import { type Expr, node } from './expr.js';
import { checkRank, formatShape, graphError } from './shape.js';

const IMAGE_AXES = ['N', 'C', 'H', 'W'];

/**
 * Convolution that keeps the size: x `[N,Cin,H,W]`, constant weights `[Cout,Cin,K,K]` with K = 1 or 3, constant bias
 * `[Cout]`; stride 1, zero padding (K−1)/2. Weights are constants because the networks are: that is what lets a runtime
 * lay them out for its kernels once, in the forward and in the backward direction.
 */
export function conv2d(x: Expr, weights: Expr, bias?: Expr): Expr {
  checkRank('conv2d', x.shape, IMAGE_AXES);
  checkRank('conv2d weights', weights.shape, ['Cout', 'Cin', 'K', 'K']);
  const [n, cin, h, w] = x.shape;
  const [cout, wcin, kh, kw] = weights.shape;
  if (kh !== kw || (kh !== 1 && kh !== 3)) {
    throw graphError('conv2d weights', '1×1 or 3×3 kernels', formatShape(weights.shape));
  }
  if (wcin !== cin) {
    throw graphError(
      'conv2d',
      `${wcin} channels for weights ${formatShape(weights.shape)}`,
      formatShape(x.shape),
    );
  }
  if (weights.op !== 'constant') throw graphError('conv2d weights', 'a constant', weights.op);
  if (bias && bias.op !== 'constant') throw graphError('conv2d bias', 'a constant', bias.op);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== cout)) {
    throw graphError('conv2d bias', `shape [${cout}]`, formatShape(bias.shape));
  }
  return node('conv2d', bias ? [x, weights, bias] : [x, weights], {}, [n, cout, h, w]);
}

/** Maximum of 2×2 blocks, stride 2, odd edges dropped: `[N,C,H,W]` to `[N,C,⌊H/2⌋,⌊W/2⌋]`. */
export function maxPool2(x: Expr): Expr {
  return node('maxPool2', [x], {}, pooledShape('maxPool2', x));
}

/** Mean of 2×2 blocks, stride 2, odd edges dropped: `[N,C,H,W]` to `[N,C,⌊H/2⌋,⌊W/2⌋]`. */
export function avgPool2(x: Expr): Expr {
  return node('avgPool2', [x], {}, pooledShape('avgPool2', x));
}

/** Nearest-neighbour enlargement by two: `[N,C,H,W]` to `[N,C,2H,2W]`. */
export function upsample2(x: Expr): Expr {
  checkRank('upsample2', x.shape, IMAGE_AXES);
  const [n, c, h, w] = x.shape;
  return node('upsample2', [x], {}, [n, c, 2 * h, 2 * w]);
}

function pooledShape(op: string, x: Expr): number[] {
  checkRank(op, x.shape, IMAGE_AXES);
  const [n, c, h, w] = x.shape;
  if (h < 2 || w < 2) throw graphError(op, 'at least 2 × 2 pixels', formatShape(x.shape));
  return [n, c, h >> 1, w >> 1];
}
