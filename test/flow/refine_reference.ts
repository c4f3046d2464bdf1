// The variational refinement in plain TypeScript and float64: Brox et al. 2004 in terms of the increment
// (du, dv), as the paper writes it; the kernels solve for the whole flow.
import type { DisParameters } from '../../dist/flow/dis_parameters.js';
import type { Image } from './dis_reference.js';

/** One warp: returns the refined flow. */
export function refineReference(
  from: Image,
  to: Image,
  u0: Image,
  v0: Image,
  parameters: DisParameters,
): [Image, Image] {
  const { width, height } = from;
  const { epsilon, zeta, omega } = parameters;
  const clamp = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
  const warped = to.map((x, y) => to.sample(clamp(x + u0.at(x, y), width), clamp(y + v0.at(x, y), height)));
  const mean = from.map((x, y) => (from.at(x, y) + warped.at(x, y)) / 2);
  const iz = from.map((x, y) => warped.at(x, y) - from.at(x, y)).data;
  const difference = from.map((x, y) => iz[y * width + x]);
  const ix = mean.alongX;
  const iy = mean.alongY;
  const constraints = [
    { weight: parameters.delta, x: ix.data, y: iy.data, t: iz },
    { weight: parameters.gamma, x: ix.alongX.data, y: ix.alongY.data, t: difference.alongX.data },
    { weight: parameters.gamma, x: ix.alongY.data, y: iy.alongY.data, t: difference.alongY.data },
  ];
  const n = width * height;
  const du = new Float64Array(n);
  const dv = new Float64Array(n);
  const robust = (squares: number) => 0.5 / Math.sqrt(squares + epsilon * epsilon);

  for (let fixedPoint = 0; fixedPoint < parameters.fixedPoints; fixedPoint++) {
    const u = u0.map((x, y) => u0.at(x, y) + du[y * width + x]);
    const v = v0.map((x, y) => v0.at(x, y) + dv[y * width + x]);
    const system = Array.from({ length: n }, (_, i) => {
      const residuals = constraints.map(({ x, y, t }) => {
        const norm = 1 / (x[i] ** 2 + y[i] ** 2 + zeta ** 2);
        return { norm, squares: norm * (t[i] + x[i] * du[i] + y[i] * dv[i]) ** 2 };
      });
      const ofGradient = robust(residuals[1].squares + residuals[2].squares);
      const ofValue = robust(residuals[0].squares);
      const row = { a11: 1e-6, a12: 0, a22: 1e-6, b1: 0, b2: 0 };
      constraints.forEach(({ weight, x, y, t }, c) => {
        const k = weight * residuals[c].norm * (c === 0 ? ofValue : ofGradient);
        row.a11 += k * x[i] * x[i];
        row.a12 += k * x[i] * y[i];
        row.a22 += k * y[i] * y[i];
        row.b1 -= k * x[i] * t[i];
        row.b2 -= k * y[i] * t[i];
      });
      return row;
    });
    const link = u.map((x, y) => {
      const squares = [u, v].map(
        (f) => (f.at(x + 1, y) - f.at(x, y)) ** 2 + (f.at(x, y + 1) - f.at(x, y)) ** 2,
      );
      return parameters.alpha * robust(squares[0] + squares[1]);
    });
    const acrossEdge = (derivative: number) => 1 / (1 + (derivative / parameters.contrast) ** 2);
    const linkX = link.map((x, y) => link.at(x, y) * acrossEdge(ix.at(x, y)));
    const linkY = link.map((x, y) => link.at(x, y) * acrossEdge(iy.at(x, y)));
    for (let sweep = 0; sweep < 2 * parameters.relaxations; sweep++) {
      for (let y = 0; y < height; y++) {
        for (let x = (y + sweep) % 2; x < width; x += 2) relaxPixel(x, y);
      }
    }

    function relaxPixel(x: number, y: number): void {
      const i = y * width + x;
      let links = 0;
      let sumU = 0;
      let sumV = 0;
      const pull = (k: number, weight: number) => {
        links += weight;
        sumU += weight * (u0.data[k] + du[k] - u0.data[i]);
        sumV += weight * (v0.data[k] + dv[k] - v0.data[i]);
      };
      if (x + 1 < width) pull(i + 1, linkX.data[i]);
      if (x > 0) pull(i - 1, linkX.data[i - 1]);
      if (y + 1 < height) pull(i + width, linkY.data[i]);
      if (y > 0) pull(i - width, linkY.data[i - width]);
      const { a11, a12, a22, b1, b2 } = system[i];
      du[i] += omega * ((b1 + sumU - a12 * dv[i]) / (a11 + links) - du[i]);
      dv[i] += omega * ((b2 + sumV - a12 * du[i]) / (a22 + links) - dv[i]);
    }
  }
  return [
    u0.map((x, y) => u0.at(x, y) + du[y * width + x]),
    v0.map((x, y) => v0.at(x, y) + dv[y * width + x]),
  ];
}
