import type { Plane } from '../picture.js';
import type { FlowField } from './flow_field.js';
import type { Motion } from './motion.js';
import { medianShift, type Shift } from './shift.js';

/** Side of the bins that motions are counted in, px over the whole distance; a peak is three bins wide. */
const BIN = 4;
/** A motion that differs by less than this from one that is known, px over the distance, is found from there. */
const REACH = 8;
/** The least share of a frame that a thing takes, to be followed. */
const LEAST_SHARE = 0.004;
/** Things followed in one frame. */
const MOST = 2;

/**
 * How far the larger things of a frame go beside the picture as a whole, px over `distance` frames, if each goes on as
 * between neighbours: the peaks of the certain vectors' histogram that are not the median's, largest first.
 *
 * A thing that was hidden for a while is far from where it was, and no estimator looks there; where it is seen to
 * move, its motion tells where to look.
 *
 * @param flow between neighbours, px, with its certainty 0..1
 */
export function thingShifts(flow: FlowField, certainty: Plane, distance: number): Shift[] {
  const median = medianShift(flow);
  const found: Shift[] = [];
  const near = (x: number, y: number) =>
    Math.hypot(x, y) < REACH || found.some((shift) => Math.hypot(x - shift.x, y - shift.y) < REACH);
  while (found.length < MOST) {
    const bins = new Map<string, { count: number; x: number; y: number }>();
    for (let i = 0; i < flow.u.length; i++) {
      const x = distance * (flow.u[i] - median.x);
      const y = distance * (flow.v[i] - median.y);
      if (certainty.data[i] < 0.5 || near(x, y)) continue;
      const key = `${Math.round(x / BIN)} ${Math.round(y / BIN)}`;
      const bin = bins.get(key) ?? { count: 0, x: 0, y: 0 };
      bins.set(key, { count: bin.count + 1, x: bin.x + x, y: bin.y + y });
    }
    const peak = [...bins.keys()].map((key) => aroundBin(bins, key)).sort((a, b) => b.count - a.count)[0];
    if (!peak || peak.count < LEAST_SHARE * flow.u.length) break;
    found.push({ x: peak.x / peak.count, y: peak.y / peak.count });
  }
  return found;
}

function aroundBin(bins: ReadonlyMap<string, { count: number; x: number; y: number }>, key: string) {
  const [column, row] = key.split(' ').map(Number);
  const sum = { count: 0, x: 0, y: 0 };
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const bin = bins.get(`${column + dx} ${row + dy}`);
      if (!bin) continue;
      sum.count += bin.count;
      sum.x += bin.x;
      sum.y += bin.y;
    }
  return sum;
}

/** Shifts, those within reach of an earlier one left out; whole px. */
export function distinctShifts(shifts: readonly Shift[]): Shift[] {
  const kept: Shift[] = [];
  for (const { x, y } of shifts)
    if (kept.every((other) => Math.hypot(other.x - x, other.y - y) >= REACH))
      kept.push({ x: Math.round(x), y: Math.round(y) });
  return kept;
}

/**
 * Where to look for the motion to a frame further back: where the picture as a whole went, then where the things seen to
 * move at either end of the way would be.
 *
 * @param drift how far the picture went over the whole way, px
 * @param ends motions between neighbours, at either end
 * @param distance frames
 */
export function startingShifts(drift: Shift, ends: readonly Motion[], distance: number): Shift[] {
  const things = ends.flatMap(({ flow, certainty }) => thingShifts(flow, certainty, distance));
  return distinctShifts([drift, ...things.map(({ x, y }) => ({ x: drift.x + x, y: drift.y + y }))]);
}
