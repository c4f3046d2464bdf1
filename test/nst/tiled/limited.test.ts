import { expect, test } from 'vitest';
import { createOnnxRuntime } from '../../../dist/engine/index.js';
import { DEFAULT_FORM, type EnergyForm } from '../../../dist/nst/energy_form.js';
import { EnergySessions, type FrameTargets } from '../../../dist/nst/energy_sessions.js';
import { networkFromFile } from '../../../dist/nst/network.js';
import { noisePicture, randomNumbers } from '../../../dist/nst/noise.js';
import { parseSafetensors } from '../../../dist/nst/safetensors.js';
import { tinyNetwork } from '../tiny_network.js';

const runtime = createOnnxRuntime({ threads: 1 });
const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny'));
const [width, height] = [150, 131];
const random = randomNumbers(1);
const plane = () => ({ width, height, data: Float32Array.from({ length: width * height }, () => random()) });

/** Less than the picture as a whole takes, but no more than a few windows. */
const LIMIT = { bytes: 6.5e6, history: 0, strict: true };

const cases: [string, Partial<EnergyForm>, Partial<FrameTargets>][] = [
  ['content, paintings, dreams', { dream: ['relu3_1'] }, {}],
  [
    'guides and masks',
    { goals: 2, guided: true, styleLosses: ['covariance'] },
    { guides: [plane(), plane()] },
  ],
  ['gradients brought to one size', { normalise: 'gradients' }, {}],
];

test.each(cases)('frames and paintings measured in windows: %s', async (_, changed, targets) => {
  const form = { ...DEFAULT_FORM, ...changed };
  const painting = (goal: number) => ({
    picture: noisePicture(141, 170, 3 + goal, 90),
    weight: 1,
    goal: form.guided ? goal : 0,
    mask: form.guided ? { ...plane(), width: 131, height: 150 } : undefined,
  });
  const image = noisePicture(width, height, 1, 120).data;
  const [whole, parts] = await Promise.all(
    [undefined, LIMIT].map(async (limit) => {
      const sessions = new EnergySessions(network, runtime, form, 'float32', limit);
      expect(sessions.fit({ width, height })?.tiling?.some(({ columns }) => columns > 1)).toBe(limit && true);
      await sessions.setStyles([painting(0), painting(1)].map((style, i) => ({ ...style, mask: maskOf(i) })));
      const energy = await sessions.energyOf({
        content: noisePicture(width, height, 2, 120),
        weights: { content: 5, style: 100, temporal: 0, tv: 1e-9, dream: 1 },
        ...targets,
      });
      const found = await energy(image);
      await sessions.dispose();
      return found;
    }),
  );
  for (const [term, value] of Object.entries(whole.terms))
    expect(Math.abs(parts.terms[term] - value), term).toBeLessThanOrEqual(1e-5 * Math.abs(value));
  const off = Math.hypot(...parts.gradient.map((g, i) => g - whole.gradient[i]));
  expect(off).toBeLessThan(1e-5 * Math.hypot(...whole.gradient));

  function maskOf(i: number) {
    if (!form.guided) return undefined;
    const data = Float32Array.from({ length: 141 * 170 }, (_, p) => (p * (i + 1)) % 7);
    return { width: 141, height: 170, data };
  }
});
