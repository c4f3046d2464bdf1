import { type Expr, node } from './expr.js';
import { checkRank, formatShape, graphError } from './shape.js';

export interface GemmOptions {
  /** Use the transposed of A, of B. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor of the product; 1 unless given. */
  readonly alpha?: number;
}

/** alpha · op(A) op(B), matrices `[M,K]` · `[K,N]` → `[M,N]` after the transpositions asked for. */
export function gemm(a: Expr, b: Expr, options: GemmOptions = {}): Expr {
  const { transA = false, transB = false, alpha = 1 } = options;
  checkRank('gemm', a.shape, ['M', 'K']);
  checkRank('gemm', b.shape, ['K', 'N']);
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape;
  const [l, n] = transB ? [b.shape[1], b.shape[0]] : b.shape;
  if (k !== l) {
    const shown = `${formatShape(a.shape)}${transA ? 'ᵀ' : ''} · ${formatShape(b.shape)}${transB ? 'ᵀ' : ''}`;
    throw graphError('gemm', 'equal inner extents', shown);
  }
  return node('gemm', [a, b], { transA, transB, alpha }, [m, n]);
}

/** Matrix product `[M,K]` · `[K,N]` → `[M,N]`. */
export function matmul(a: Expr, b: Expr): Expr {
  return gemm(a, b);
}

/** Transposed matrix: `[M,N]` to `[N,M]`. */
export function transpose(x: Expr): Expr {
  checkRank('transpose', x.shape, ['M', 'N']);
  return node('transpose', [x], {}, [x.shape[1], x.shape[0]]);
}
