// Statistics of features and distances between them once more: plain loops in float64, no graph.

/** The mean and covariance of features `[c,n]`, as rows of numbers. */
export function gaussianOf(c: number, features: ArrayLike<number>) {
  const n = features.length / c;
  const at = (i: number, p: number) => features[i * n + p];
  const rows = [...Array(c).keys()];
  const places = [...Array(n).keys()];
  const mean = rows.map((i) => places.reduce((sum, p) => sum + at(i, p), 0) / n);
  const covariance = rows.map((i) =>
    rows.map((j) => places.reduce((sum, p) => sum + (at(i, p) - mean[i]) * (at(j, p) - mean[j]), 0) / n),
  );
  return { mean, covariance };
}

type Gaussian = ReturnType<typeof gaussianOf>;
type Matrix = readonly (readonly number[])[];

const squared = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);
const trace = (a: Matrix) => a.reduce((sum, row, i) => sum + row[i], 0);
const product = (a: Matrix, b: Matrix) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, v, k) => sum + v * b[k][j], 0)));

export function covarianceDistance(a: Gaussian, b: Gaussian): number {
  const c = a.mean.length;
  const rows = a.covariance.map((row, i) => squared(row, b.covariance[i]) / c ** 2);
  return rows.reduce((x, y) => x + y) / c ** 2;
}

export function meanDeviationDistance(a: Gaussian, b: Gaussian): number {
  const deviations = (g: Gaussian) => g.covariance.map((row, i) => Math.sqrt(row[i]));
  return (squared(a.mean, b.mean) + squared(deviations(a), deviations(b))) / a.mean.length;
}

/** The squared 2-Wasserstein distance over the number of features, both widened by a share of b's variance. */
export function wassersteinDistance(a: Gaussian, b: Gaussian, ridge: number): number {
  const wide = (m: Matrix) =>
    m.map((row, i) => row.map((v, j) => v + (i === j ? ridge * trace(b.covariance) : 0)));
  const [c, d] = [wide(a.covariance), wide(b.covariance)];
  const root = spectral(d, Math.sqrt);
  const common = trace(spectral(product(product(root, c), root), Math.sqrt));
  return (squared(a.mean, b.mean) + trace(c) + trace(d) - 2 * common) / a.mean.length;
}

/** f of a symmetric matrix, by Jacobi's rotations. */
function spectral(matrix: Matrix, f: (eigenvalue: number) => number): number[][] {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, i) => a.map((__, j) => Number(i === j)));
  for (let sweep = 0; sweep < 12; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (a[p][q] === 0) continue;
        const theta = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
        const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
        const rotate = (rows: number[][], i: number, x: number, y: number) => {
          [rows[i][x], rows[i][y]] = [
            cos * rows[i][x] - sin * rows[i][y],
            sin * rows[i][x] + cos * rows[i][y],
          ];
        };
        for (let i = 0; i < n; i++) rotate(a, i, p, q);
        for (let i = 0; i < n; i++)
          [a[p][i], a[q][i]] = [cos * a[p][i] - sin * a[q][i], sin * a[p][i] + cos * a[q][i]];
        for (let i = 0; i < n; i++) rotate(v, i, p, q);
      }
  const values = a.map((row, i) => f(Math.max(0, row[i])));
  return v.map((row) => v.map((other) => row.reduce((sum, x, k) => sum + x * values[k] * other[k], 0)));
}
