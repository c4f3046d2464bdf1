// The dense inverse search and its refinement once more, in plain TypeScript and float64, one pixel after
// the other and in no hurry: what the WebAssembly kernels are held against.
import type { DisParameters } from '../../dist/flow/dis_parameters.js';
import { createFlowField, type FlowField } from '../../dist/flow/flow_field.js';
import { grainOf } from '../../dist/flow/noise.js';
import type { Plane } from '../../dist/picture.js';
import { refineReference } from './refine_reference.js';
import { seekReference } from './seek_reference.js';

const PATCH = 8;
const REACH = 12;

/** An image that goes on past its border by its last value. */
export class Image {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly data = new Float64Array(width * height),
  ) {}

  at(x: number, y: number): number {
    const cx = Math.min(Math.max(x, 0), this.width - 1);
    const cy = Math.min(Math.max(y, 0), this.height - 1);
    return this.data[cy * this.width + cx];
  }

  sample(x: number, y: number): number {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const ax = x - x0;
    const ay = y - y0;
    const above = (1 - ax) * this.at(x0, y0) + ax * this.at(x0 + 1, y0);
    const below = (1 - ax) * this.at(x0, y0 + 1) + ax * this.at(x0 + 1, y0 + 1);
    return (1 - ay) * above + ay * below;
  }

  map(value: (x: number, y: number) => number): Image {
    const image = new Image(this.width, this.height);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) image.data[y * this.width + x] = value(x, y);
    }
    return image;
  }

  get alongX(): Image {
    return this.map((x, y) => (this.at(x + 1, y) - this.at(x - 1, y)) / 2);
  }

  get alongY(): Image {
    return this.map((x, y) => (this.at(x, y + 1) - this.at(x, y - 1)) / 2);
  }
}

function halve(image: Image): Image {
  return new Image(image.width >> 1, image.height >> 1).map((x, y) => {
    const top = image.at(2 * x, 2 * y) + image.at(2 * x + 1, 2 * y);
    return (top + image.at(2 * x, 2 * y + 1) + image.at(2 * x + 1, 2 * y + 1)) / 4;
  });
}

function enlarge(flow: Image, width: number, height: number, factor: number): Image {
  const clampX = (x: number) => Math.min(Math.max(x, 0), flow.width - 1);
  const clampY = (y: number) => Math.min(Math.max(y, 0), flow.height - 1);
  return new Image(width, height).map((x, y) => {
    const fx = clampX(((x + 0.5) * flow.width) / width - 0.5);
    const fy = clampY(((y + 0.5) * flow.height) / height - 0.5);
    return factor * flow.sample(fx, fy);
  });
}

export interface Patch {
  u: number;
  v: number;
  cost: number;
}

/** Patch search and densification of one level. */
function search(
  from: Image,
  to: Image,
  u: Image,
  v: Image,
  parameters: DisParameters,
  leastGain: number,
): [Image, Image] {
  const { width, height } = from;
  const { patchSpacing: spacing, searchPasses: passes } = parameters;
  const steps = Math.floor(parameters.searchIterations / passes);
  const gx = from.alongX;
  const gy = from.alongY;
  const columns = 1 + Math.floor((width - PATCH) / spacing);
  const rows = 1 + Math.floor((height - PATCH) / spacing);
  const clampTo = (corner: number, size: number) => Math.max(1 - REACH, Math.min(size - 10 + REACH, corner));

  const differences = (x: number, y: number, pu: number, pv: number): number[] => {
    const cx = clampTo(x + pu, width);
    const cy = clampTo(y + pv, height);
    const list: number[] = [];
    for (let j = 0; j < PATCH; j++) {
      for (let i = 0; i < PATCH; i++) list.push(to.sample(cx + i, cy + j) - from.at(x + i, y + j));
    }
    return list;
  };
  const over = (x: number, y: number, value: (i: number, px: number, py: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < PATCH * PATCH; i++) sum += value(i, x + (i % PATCH), y + Math.floor(i / PATCH));
    return sum;
  };
  const costOf = (x: number, y: number, pu: number, pv: number): number => {
    const d = differences(x, y, pu, pv);
    const sum = over(x, y, (i) => d[i]);
    return over(x, y, (i) => d[i] * d[i]) - (sum * sum) / 64;
  };

  const patches: Patch[] = new Array(columns * rows);
  for (let pass = 0; pass < passes; pass++) searchOnce(pass);
  const side = Math.max(width, height);
  if (side > 100 && side <= parameters.seekSide) {
    const place = { columns, rows, spacing, reach: Math.round(side / 10) };
    const found = seekReference(from, to, patches, place, parameters, descend);
    for (let pass = 1; found && pass <= passes; pass++) searchOnce(pass, true);
  }

  /** With `spread`, only patches that take over a displacement more than a pixel away are searched. */
  function searchOnce(pass: number, spread = false): void {
    const back = pass % 2 === 1;
    const step = back ? 1 : -1;
    for (let n = 0; n < columns * rows; n++) {
      const k = back ? columns * rows - 1 - n : n;
      const column = k % columns;
      const row = Math.floor(k / columns);
      const x = column * spacing;
      const y = row * spacing;
      let best: Patch;
      if (pass === 0) {
        const [pu, pv] = [u.at(x + 4, y + 4), v.at(x + 4, y + 4)];
        best = { u: pu, v: pv, cost: costOf(x, y, pu, pv) };
      } else {
        best = patches[k];
      }
      const neighbours: number[] = [];
      if (column + step >= 0 && column + step < columns) neighbours.push(k + step);
      if (row + step >= 0 && row + step < rows) neighbours.push(k + step * columns);
      for (const neighbour of neighbours) {
        const { u: pu, v: pv } = patches[neighbour];
        if (spread && (pu - best.u) ** 2 + (pv - best.v) ** 2 <= 1) continue;
        const cost = costOf(x, y, pu, pv);
        if (cost < best.cost - leastGain) best = { u: pu, v: pv, cost };
      }
      if (!spread || best !== patches[k]) patches[k] = descend(x, y, best);
    }
  }

  function descend(x: number, y: number, start: Patch): Patch {
    const meanX = over(x, y, (_, px, py) => gx.at(px, py)) / 64;
    const meanY = over(x, y, (_, px, py) => gy.at(px, py)) / 64;
    const a = over(x, y, (_, px, py) => (gx.at(px, py) - meanX) ** 2);
    const b = over(x, y, (_, px, py) => (gx.at(px, py) - meanX) * (gy.at(px, py) - meanY));
    const c = over(x, y, (_, px, py) => (gy.at(px, py) - meanY) ** 2);
    const determinant = a * c - b * b;
    if (!(determinant > 1e-5 * (a + c) ** 2 + 1e-6)) return start;
    let best = start;
    let { u: pu, v: pv } = start;
    let previous = Infinity;
    for (let n = 0; n <= steps; n++) {
      const d = differences(x, y, pu, pv);
      const cost = costOf(x, y, pu, pv);
      if (cost < best.cost - (best === start ? leastGain : 0)) best = { u: pu, v: pv, cost };
      if (cost >= previous || n === steps) break;
      previous = cost;
      const rx = over(x, y, (i, px, py) => d[i] * (gx.at(px, py) - meanX));
      const ry = over(x, y, (i, px, py) => d[i] * (gy.at(px, py) - meanY));
      const du = (c * rx - b * ry) / determinant;
      const dv = (a * ry - b * rx) / determinant;
      pu -= du;
      pv -= dv;
      if (du * du + dv * dv < 1e-4) break;
    }
    return Math.hypot(best.u - start.u, best.v - start.v) > PATCH ? start : best;
  }

  const weights = new Image(width, height);
  const denseU = new Image(width, height);
  const denseV = new Image(width, height);
  patches.forEach((patch, k) => {
    const x = (k % columns) * spacing;
    const y = Math.floor(k / columns) * spacing;
    differences(x, y, patch.u, patch.v).forEach((difference, i) => {
      const at = (y + Math.floor(i / PATCH)) * width + x + (i % PATCH);
      const weight = 1 / Math.max(1, Math.abs(difference));
      weights.data[at] += weight;
      denseU.data[at] += weight * patch.u;
      denseV.data[at] += weight * patch.v;
    });
  });
  const coveredX = (columns - 1) * spacing + PATCH - 1;
  const coveredY = (rows - 1) * spacing + PATCH - 1;
  const spread = (votes: Image) =>
    votes.map((x, y) => {
      const [cx, cy] = [Math.min(x, coveredX), Math.min(y, coveredY)];
      return votes.at(cx, cy) / weights.at(cx, cy);
    });
  return [spread(denseU), spread(denseV)];
}

/** Flow between two lumas of at least 8×8 pixels. */
export function estimateFlowReference(from: Plane, to: Plane, parameters: DisParameters): FlowField {
  const { width, height } = from;
  const pyramid = (frame: Plane) => {
    const levels = [new Image(width, height, Float64Array.from(frame.data))];
    const short = Math.floor(Math.log2(Math.min(width, height) / PATCH));
    const long = Math.floor(Math.log2(Math.max(width, height) / 32) + 0.5);
    const coarsest = Math.max(0, Math.min(short, long), Math.min(parameters.finestLevel, short));
    while (levels.length <= coarsest) levels.push(halve(levels[levels.length - 1]));
    return levels;
  };
  const found = Math.max(grainOf(from), grainOf(to));
  const grain = found * Math.min(1, Math.max(0, (found - 0.8) / 0.2));
  const a = pyramid(from);
  const b = pyramid(to);
  const finest = Math.min(parameters.finestLevel, a.length - 1);
  let u = new Image(a[a.length - 1].width, a[a.length - 1].height);
  let v = new Image(u.width, u.height);
  for (let i = a.length - 1; i >= 0; i--) {
    const { width: w, height: h } = a[i];
    if (i < a.length - 1) [u, v] = [enlarge(u, w, h, w / u.width), enlarge(v, w, h, h / v.height)];
    if (i < finest) continue;
    const noise = grain / 2 ** i;
    [u, v] = search(a[i], b[i], u, v, parameters, 0.75 * PATCH * PATCH * noise * noise);
    const calmed = { ...parameters, zeta: Math.max(parameters.zeta, noise) };
    for (let k = 0; k < parameters.warps; k++) [u, v] = refineReference(a[i], b[i], u, v, calmed);
  }
  const flow = createFlowField(width, height);
  flow.u.set(u.data);
  flow.v.set(v.data);
  return flow;
}
