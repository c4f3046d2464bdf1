import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDis } from '../../dist/flow/dis.js';
import { layOut } from '../../dist/flow/dis_layout.js';
import { DIS_PARAMETERS, type DisParameters } from '../../dist/flow/dis_parameters.js';
import { estimateFlow } from '../../dist/flow/estimator.js';
import type { FlowField } from '../../dist/flow/flow_field.js';
import { estimateFlowReference } from './dis_reference.js';
import { random, render, texture } from './texture.js';

const dis = createDis();

/** Distances between two flows, px, ascending. */
function distances(a: FlowField, b: FlowField): Float64Array {
  return Float64Array.from(a.u, (u, i) => Math.hypot(u - b.u[i], a.v[i] - b.v[i])).sort();
}

/** A pair that rotates, shears, brightens and is noisy: every branch of the search has work. */
function pair(width: number, height: number, seed: number, noise = 4) {
  const grey = texture(seed);
  const next = random(seed + 1);
  const grain = () => noise * (next() - 0.5);
  const from = render(width, height, (x, y) => grey(x, y) + grain());
  const to = render(width, height, (x, y) => grey(x - 2.3 + 0.03 * y, y + 1.4 - 0.04 * x) + 3 + grain());
  return { from, to };
}

/** A thing of the given radius that moves by (mx, my) before a background at rest, and where it is in `from`. */
function mover(width: number, height: number, radius: number, mx: number, my: number) {
  const [ground, thing] = [texture(11), texture(12)];
  const [cx, cy] = [Math.round(0.4 * width), Math.round(0.6 * height)];
  const holds = (x: number, y: number) => Math.hypot(x - cx, y - cy) < radius;
  const from = render(width, height, (x, y) => (holds(x, y) ? thing(x, y) : ground(x, y)));
  const to = render(width, height, (x, y) => (holds(x - mx, y - my) ? thing(x - mx, y - my) : ground(x, y)));
  return { from, to, holds };
}

const { medium, strong } = DIS_PARAMETERS;
const searchOnly: DisParameters = { ...strong, warps: 0 };

describe('the kernels against plain TypeScript', () => {
  it.each([
    [40, 32],
    [67, 45],
    [35, 71],
    [8, 8],
    [9, 30],
  ])('patch search and densification of %i×%i', (width, height) => {
    const { from, to } = pair(width, height, width);
    const far = distances(dis.estimate(from, to, searchOnly), estimateFlowReference(from, to, searchOnly));
    // A comparison of costs may fall out the other way in float32: rarely, and then by little.
    expect(far[Math.floor(0.99 * far.length)]).toBeLessThan(1e-4);
    expect(far[far.length - 1]).toBeLessThan(0.5);
  });

  it('the far search for lost patches', () => {
    const { from, to } = mover(120, 64, 9, 10.7, -9.6);
    const search = (seekMost: number, seekMargin: number) => {
      const parameters = { ...searchOnly, seekMost, seekMargin };
      const found = dis.estimate(from, to, parameters);
      const far = distances(found, estimateFlowReference(from, to, parameters));
      expect(far[Math.floor(0.99 * far.length)]).toBeLessThan(1e-4);
      expect(far[far.length - 1]).toBeLessThan(0.5);
      return found;
    };
    const all = search(256, 1.5);
    const never = dis.estimate(from, to, { ...searchOnly, seekSide: 0 });
    expect(distances(all, never)[all.u.length - 1]).toBeGreaterThan(8);
    // With fewer patches sought, or none clear enough, the answer is another one, and the same on both sides.
    expect(search(2, 1.5)).not.toEqual(all);
    expect(search(256, 1e9)).toEqual(never);
  });

  it.each([
    [40, 32],
    [67, 45],
    [35, 71],
    [8, 8],
    [31, 9],
  ])('refinement alone of %i×%i', (width, height) => {
    // Without steps the search can only spread what the coarser level found.
    const parameters: DisParameters = { ...strong, searchIterations: 0, warps: 2, finestLevel: 0 };
    const { from, to } = pair(width, height, height, 2);
    const far = distances(dis.estimate(from, to, parameters), estimateFlowReference(from, to, parameters));
    expect(far[far.length - 1]).toBeLessThan(2e-3);
  });

  it.each([
    ['medium', 67, 45, medium],
    ['strong', 45, 37, strong],
    ['medium', 97, 33, medium],
  ] as const)('%s as a whole on %i×%i', (_, width, height, parameters) => {
    const { from, to } = pair(width, height, 5 * width);
    const far = distances(dis.estimate(from, to, parameters), estimateFlowReference(from, to, parameters));
    expect(far[Math.floor(0.99 * far.length)]).toBeLessThan(1e-4);
    expect(far.reduce((sum, d) => sum + d, 0) / far.length).toBeLessThan(1e-3);
  });
});

describe.each(['strong', 'medium'] as const)('%s', (estimator) => {
  it('finds rest between identical frames', () => {
    const { from } = pair(83, 61, 3);
    const { u, v } = estimateFlow(from, from, estimator);
    for (let i = 0; i < u.length; i++) expect(Math.hypot(u[i], v[i])).toBeLessThan(1e-3);
  });

  it('finds rest in frames without texture', () => {
    const flat = render(40, 30, () => 90);
    const { u, v } = estimateFlow(flat, flat, estimator);
    expect(u.every((value) => value === 0) && v.every((value) => value === 0)).toBe(true);
  });

  it('recovers translations', () => {
    const motion = fc.double({ min: -9, max: 9, noNaN: true });
    const side = fc.integer({ min: 64, max: 131 });
    fc.assert(
      fc.property(motion, motion, side, side, fc.nat(1000), (mx, my, width, height, seed) => {
        const grey = texture(seed);
        const from = render(width, height, grey);
        const to = render(width, height, (x, y) => grey(x - mx, y - my));
        const { u, v } = estimateFlow(from, to, estimator);
        // What comes from outside the frame or leaves it has no match: look 16 px inside.
        let sum = 0;
        let count = 0;
        for (let y = 16; y < height - 16; y++) {
          for (let x = 16; x < width - 16; x++, count++) {
            sum += Math.hypot(u[y * width + x] - mx, v[y * width + x] - my);
          }
        }
        expect(sum / count).toBeLessThan(0.1);
      }),
      { numRuns: 12, seed: 4 },
    );
  });

  it('finds a small thing that moves by more than its own size', () => {
    const [width, height] = [320, 180];
    const { from, to, holds } = mover(width, height, 14, 30, -17);
    const shareFound = ({ u, v }: FlowField) => {
      const errors = Array.from(u, (_, i) => Math.hypot(u[i] - 30, v[i] + 17));
      const ofThing = errors.filter((_, i) => holds(i % width, Math.floor(i / width)));
      return ofThing.filter((error) => error < 1).length / ofThing.length;
    };
    const flow = estimateFlow(from, to, estimator);
    expect(shareFound(flow)).toBeGreaterThan(estimator === 'strong' ? 0.75 : 0.3);
    const parameters = { ...DIS_PARAMETERS[estimator], seekSide: 0 };
    expect(shareFound(dis.estimate(from, to, parameters))).toBeLessThan(0.05);
    // What it does not cover stays at rest.
    expect(Math.hypot(flow.u[0], flow.v[0])).toBeLessThan(0.05);
  });

  it('takes any size and fills it with finite vectors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (width, height) => {
        const { from, to } = pair(width, height, 100 * width + height);
        const flow = estimateFlow(from, to, estimator);
        expect([flow.width, flow.height]).toEqual([width, height]);
        expect(flow.u.length).toBe(width * height);
        expect([...flow.u, ...flow.v].every((value) => Math.abs(value) < 100)).toBe(true);
      }),
      {
        numRuns: 40,
        seed: 5,
        examples: [
          [1, 1],
          [2, 2],
          [8, 8],
          [7, 50],
          [50, 1],
          [17, 16],
        ],
      },
    );
  });

  it('gives the same bits whatever was estimated before', () => {
    const { from, to } = pair(91, 58, 8);
    const first = createDis().estimate(from, to, DIS_PARAMETERS[estimator]);
    const other = pair(140, 75, 9, 90);
    const used = createDis();
    used.estimate(other.from, other.to, DIS_PARAMETERS[estimator]);
    const broken = render(30, 20, () => Number.NaN);
    used.estimate(broken, broken, DIS_PARAMETERS[estimator]);
    expect(used.estimate(from, to, DIS_PARAMETERS[estimator])).toEqual(first);
  });
});

describe('estimateFlow', () => {
  it('refuses frames that do not fit each other or their data', () => {
    const frame = render(20, 20, () => 0);
    const fail = (run: () => unknown, words: RegExp) => {
      expect(run).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(words) }),
      );
    };
    fail(
      () =>
        estimateFlow(
          frame,
          render(20, 21, () => 0),
          'medium',
        ),
      /to: expected 20x20.*found "20x21"/,
    );
    fail(
      () => estimateFlow({ ...frame, width: 21 }, frame, 'medium'),
      /from: expected 420 values.*found 400/,
    );
    fail(
      () => estimateFlow({ width: 0, height: 5, data: new Float32Array() }, frame, 'medium'),
      /from:.*0x5/,
    );
    fail(
      () => estimateFlow(frame, frame, 'best' as 'strong'),
      /one of strong, medium, farneback, found "best"/,
    );
  });
});

describe('layOut', () => {
  it('keeps to about 100 bytes a pixel for strong, 45 for medium', () => {
    for (const [width, height] of [
      [640, 360],
      [1920, 1080],
      [3840, 2160],
    ]) {
      expect(layOut(width, height, 0, 3).bytes / (width * height)).toBeLessThan(100);
      expect(layOut(width, height, 1, 3).bytes / (width * height)).toBeLessThan(45);
    }
  });

  it('refuses what 32-bit addresses cannot hold', () => {
    expect(() => layOut(12_000, 8000, 0, 3)).toThrow(
      expect.objectContaining({ kind: 'resources', code: 'FLOW_PICTURE_TOO_LARGE' }),
    );
  });

  it('lets nothing that lives at the same time overlap', () => {
    for (const [width, height, finestLevel] of [
      [8, 8, 0],
      [9, 200, 0],
      [321, 179, 1],
      [33, 17, 1],
    ]) {
      const { levels, finest, workspace, bytes } = layOut(width, height, finestLevel, 3);
      const planes = levels.flatMap((level) =>
        [level.from, level.to, level.u, level.v].map((plane) => [plane, level] as const),
      );
      planes.push(...workspace.planes.map((plane) => [plane, levels[finest]] as const));
      const extents = planes
        .map(([plane, { stride, height: h }]) => {
          const start = plane - 4 * (stride + 4);
          return [start, start + 4 * stride * (h + 2)];
        })
        .sort(([a], [b]) => a - b);
      for (let i = 1; i < extents.length; i++)
        expect(extents[i][0]).toBeGreaterThanOrEqual(extents[i - 1][1]);
      const end = extents[extents.length - 1][1];
      expect(workspace.target).toBeGreaterThanOrEqual(end);
      expect(workspace.patches).toBeGreaterThan(workspace.target);
      expect(bytes).toBeGreaterThan(workspace.patches);
    }
  });
});
