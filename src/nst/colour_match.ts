import type { Picture } from '../picture.js';

/** A 3×3 matrix by rows. */
type Matrix = readonly (readonly number[])[];

/** The linear map of colours R, G, B 0..255: x ↦ matrix·(x − from) + to. */
export interface ColourMap {
  readonly matrix: Matrix;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * The map that gives a picture's colours the mean and covariance of a painting's: the Monge–Kantorovich map of
 * Pitié & Kokaram 2007, matrix Σ^-½ (Σ^½ T Σ^½)^½ Σ^-½ with covariances Σ of the picture and T of the painting; of
 * all linear maps that do so, the one that moves colours least.
 *
 * A picture so mapped is a good start of the minimisation: colours far from the painting's change slowly under the
 * energy, because they must change together over large areas. It spares half of the iterations and more.
 *
 * Differs from the paper in that no direction of colours is spread by more than 8.
 *
 * @param counts What each pixel of the painting counts; all alike where absent.
 */
export function colourMap(picture: Picture, painting: Picture, counts?: Float32Array): ColourMap {
  const from = colourStatistics(picture);
  const to = colourStatistics(painting, counts);
  const root = power(from.covariance, 0.5);
  const inverse = power(from.covariance, -0.5);
  const middle = power(product(product(root, to.covariance), root), 0.5);
  const matrix = ofEigenvalues(product(product(inverse, middle), inverse), (gain) =>
    Math.min(gain, MOST_GAIN),
  );
  return { matrix, from: from.mean, to: to.mean };
}

/** The picture with its colours mapped; values may leave 0..255. */
export function mapColours(picture: Picture, { matrix, from, to }: ColourMap): Picture {
  const { width, height, data } = picture;
  const n = width * height;
  const out = new Float32Array(3 * n);
  for (let i = 0; i < n; i++) {
    const r = data[i] - from[0];
    const g = data[n + i] - from[1];
    const b = data[2 * n + i] - from[2];
    for (let c = 0; c < 3; c++)
      out[c * n + i] = to[c] + matrix[c][0] * r + matrix[c][1] * g + matrix[c][2] * b;
  }
  return { width, height, data: out };
}

function colourStatistics(
  { width, height, data }: Picture,
  counts: Float32Array = new Float32Array(width * height).fill(1),
): { mean: number[]; covariance: Matrix } {
  const n = width * height;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const planes = [0, 1, 2].map((c) => data.subarray(c * n, (c + 1) * n));
  const mean = planes.map((plane) => plane.reduce((sum, v, k) => sum + counts[k] * v, 0) / total);
  const covariance = planes.map((p, i) =>
    planes.map((q, j) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += counts[k] * (p[k] - mean[i]) * (q[k] - mean[j]);
      return sum / total;
    }),
  );
  return { mean, covariance };
}

/** Variance below which a colour direction counts as constant, grey levels squared: grey pictures have two such. */
const FLAT = 1;

/**
 * The most that colours are spread: a nearly black frame, a grey film and fog have little but noise and a coder's blocks to
 * give the painting's contrast to.
 */
const MOST_GAIN = 8;

/** The power of a symmetric matrix, its eigenvalues kept from zero. */
function power(matrix: Matrix, exponent: number): Matrix {
  return ofEigenvalues(matrix, (v) => Math.max(v, FLAT) ** exponent);
}

/** A symmetric matrix with its eigenvalues changed. */
function ofEigenvalues(matrix: Matrix, change: (value: number) => number): Matrix {
  const { values, vectors } = eigen(matrix);
  const powers = values.map(change);
  return [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => powers.reduce((sum, p, k) => sum + vectors[i][k] * p * vectors[j][k], 0)),
  );
}

/** Eigenvalues, and eigenvectors as columns, of a symmetric matrix by Jacobi's rotations. */
function eigen(matrix: Matrix): { values: number[]; vectors: number[][] } {
  let a: Matrix = matrix;
  let vectors: Matrix = IDENTITY;
  // Cyclic sweeps converge quadratically: eight are more than 3×3 matrices need in float64.
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
      const rotation = IDENTITY.map((row) => [...row]);
      rotation[p][p] = rotation[q][q] = Math.cos(angle);
      rotation[p][q] = Math.sin(angle);
      rotation[q][p] = -Math.sin(angle);
      a = product(product(transposed(rotation), a), rotation);
      vectors = product(vectors, rotation);
    }
  }
  return { values: [a[0][0], a[1][1], a[2][2]], vectors: vectors.map((row) => [...row]) };
}

const IDENTITY: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => [0, 1, 2].map((j) => row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]));
}

function transposed(a: Matrix): Matrix {
  return [0, 1, 2].map((i) => a.map((row) => row[i]));
}
