import { expect, test } from 'vitest';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { DEFAULT_FORM } from '../../dist/nst/energy_form.js';
import { EnergySessions } from '../../dist/nst/energy_sessions.js';
import { networkFromFile } from '../../dist/nst/network.js';
import { noisePicture } from '../../dist/nst/noise.js';
import { parseSafetensors } from '../../dist/nst/safetensors.js';
import { tinyNetwork } from './tiny_network.js';

test('a frame’s content is measured once while it is asked for again, and anew for another of its size', async () => {
  const network = networkFromFile(parseSafetensors(tinyNetwork(), 'tiny'));
  const runtime = createOnnxRuntime({ threads: 1 });
  let measured = 0;
  const counted: typeof runtime = {
    ...runtime,
    compile: async (graph, options) => {
      const session = await runtime.compile(graph, options);
      if ('energy' in graph) return session;
      const run: typeof session.run = (feeds) => {
        measured++;
        return session.run(feeds);
      };
      return { run, dispose: () => session.dispose() };
    },
  };
  const sessions = new EnergySessions(network, counted, DEFAULT_FORM);
  await sessions.setStyles([{ picture: noisePicture(20, 24, 2, 90), weight: 1 }]);
  const ofStyle = measured;
  const weights = { content: 1, style: 0, temporal: 0, tv: 0 };
  const image = noisePicture(24, 16, 1, 120);
  const energyFor = async (seed: number) => {
    const content = noisePicture(24, 16, seed, 120);
    return (await (await sessions.energyOf({ content, weights }))(image.data)).energy;
  };
  const [one, again, other, back] = [
    await energyFor(4),
    await energyFor(4),
    await energyFor(5),
    await energyFor(4),
  ];
  expect(measured - ofStyle).toBe(3);
  expect(again).toBe(one);
  expect(back).toBe(one);
  expect(other).not.toBe(one);
  // The content itself has no energy.
  const own = await sessions.energyOf({ content: image, weights });
  expect((await own(image.data)).energy).toBe(0);
  await sessions.dispose();
});
