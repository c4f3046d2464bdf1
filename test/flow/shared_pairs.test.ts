import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { certainty } from '../../dist/flow/certainty.js';
import { type EstimatorName, estimateFlow } from '../../dist/flow/estimator.js';
import { readFlo } from '../../dist/flow/flo.js';
import { meanEndPointError } from '../../dist/flow/flow_field.js';
import { scoreFlow } from '../../dist/flow/flow_score.js';
import { luma, type Plane } from '../../dist/picture.js';

const shared = process.env.NST_SHARED ?? fileURLToPath(new URL('../../../shared/', import.meta.url));
const root = join(shared, 'flow');
const present = existsSync(root);
if (!present)
  console.warn(`skipped: the measured pairs of frames are not at ${root} (NST_SHARED names another place)`);

async function readLuma(file: string): Promise<Plane> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const planes = new Float32Array(3 * width * height);
  for (let i = 0; i < planes.length; i++) {
    planes[i] = data[(i % (width * height)) * channels + Math.floor(i / (width * height))];
  }
  return luma({ width, height, data: planes });
}

const middlebury = (name: string) =>
  ['frame10.png', 'frame11.png', 'flow10.flo'].map((file) => join(root, 'middlebury', name, file));
const synthetic = (name: string) =>
  ['a.png', 'b.png', 'fwd.flo', 'bwd.flo'].map((file) => join(root, 'synthetic', name, file));
const sintel = (i: number) =>
  [`final/frame_000${i}.png`, `final/frame_000${i + 1}.png`, `flow_000${i}.flo`].map((file) =>
    join(root, 'sintel/alley_1', file),
  );

// End-point errors, px, measured: medium, strong.
const PAIRS: [string, string[], number, number][] = [
  ['Grove2', middlebury('Grove2'), 0.366, 0.147],
  ['RubberWhale', middlebury('RubberWhale'), 0.208, 0.095],
  ['Urban2', middlebury('Urban2'), 0.786, 0.391],
  ['Venus', middlebury('Venus'), 0.366, 0.279],
  ['fg20', synthetic('fg20'), 0.637, 0.45],
  ['pan12', synthetic('pan12'), 0.125, 0.082],
  ['alley_1 1→2', sintel(1), 0.277, 0.172],
  ['alley_1 2→3', sintel(2), 0.317, 0.192],
  ['alley_1 3→4', sintel(3), 0.345, 0.217],
];

describe.skipIf(!present)('end-point error on measured pairs', () => {
  it.each(PAIRS)('%s', async (_, [from, to, flow], medium, strong) => {
    const [a, b, truth] = await Promise.all([readLuma(from), readLuma(to), readFlo(flow)]);
    const error = (estimator: EstimatorName) => meanEndPointError(estimateFlow(a, b, estimator), truth);
    expect(error('medium')).toBeLessThan(1.05 * medium);
    expect(error('strong')).toBeLessThan(1.05 * strong);
  });
});

describe.skipIf(!present)("OpenCV's Farneback", () => {
  it('is as far from the truth as measured, and the gate rejects what it missed', async () => {
    const [from, to, forward] = synthetic('fg20');
    const [a, b, flow, occluded] = await Promise.all([
      readLuma(from),
      readLuma(to),
      readFlo(forward),
      readLuma(join(root, 'synthetic/fg20/occ_fwd.png')),
    ]);
    const [there, back] = [estimateFlow(a, b, 'farneback'), estimateFlow(b, a, 'farneback')];
    const frames = { previous: b, current: a };
    const [plain, gated] = [undefined, frames].map((gate) =>
      scoreFlow(there, { flow, occluded }, certainty(there, back, gate)),
    );
    expect(plain.epe).toBeLessThan(1.05 * 2.557);
    expect(gated.keptWrong).toBeLessThan(1.05 * 0.0545);
    expect(gated.keptWrong).toBeLessThan(plain.keptWrong as number);
    expect(gated.occludedRejected).toBeGreaterThan(0.9);
  });
});

describe.skipIf(!present)('certainty on synthetic pairs', () => {
  const masks = (name: string) => join(root, 'synthetic', name, 'occ_fwd.png');
  const cases: [string, number, number, number][] = [
    ['fg20', 0.96, 0.97, 0.002],
    ['pan12', 0.98, 0.98, 0.001],
  ];
  it.each(cases)('%s: keeps what is visible, rejects what is not', async (name, kept, rejected, wrong) => {
    const [from, to, forward, backward] = synthetic(name);
    const [a, b, flow, back, occluded] = await Promise.all([
      readLuma(from),
      readLuma(to),
      readFlo(forward),
      readFlo(backward),
      readLuma(masks(name)),
    ]);
    const exact = scoreFlow(flow, { flow, occluded }, certainty(flow, back));
    expect(exact.visibleKept).toBeGreaterThan(kept);
    expect(exact.occludedRejected).toBeGreaterThan(rejected);
    const estimate = estimateFlow(a, b, 'strong');
    const score = scoreFlow(estimate, { flow, occluded }, certainty(estimate, estimateFlow(b, a, 'strong')));
    expect(score.visibleKept).toBeGreaterThan(kept);
    expect(score.occludedRejected).toBeGreaterThan(rejected);
    expect(score.keptWrong).toBeLessThan(wrong);
  });
});
