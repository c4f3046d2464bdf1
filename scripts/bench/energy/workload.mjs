// What is timed: the program's own energy of a following frame, with all its terms and the gradient, as a graph and
// what is fed to it. The picture is the first of the demo's clip, the painting the demo's.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createOnnxRuntime, elementCount, simplify, topologicalOrder } from '../../../dist/engine/index.js';
import { readPicture } from '../../../dist/frames/picture_file.js';
import { resizePicture } from '../../../dist/frames/resize.js';
import { DEFAULT_FORM } from '../../../dist/nst/energy_form.js';
import { EnergySessions } from '../../../dist/nst/energy_sessions.js';

const asset = (name) => fileURLToPath(new URL(`../../../assets/${name}`, import.meta.url));

/** Weights of a following frame. */
const WEIGHTS = { content: 5, style: 100, temporal: 1000, tv: 1e-3 };

function firstFrame(width, height) {
  const args = ['-v', 'error', '-i', asset('bunny.mp4'), '-frames:v', '1', '-vf', `scale=${width}:${height}`];
  const run = spawnSync(process.env.NST_FFMPEG ?? 'ffmpeg', [
    ...args,
    ...['-f', 'rawvideo', '-pix_fmt', 'gbrp', '-'],
  ]);
  if (run.status !== 0) throw new Error(`ffmpeg failed: ${run.stderr}`);
  const area = width * height;
  const [g, b, r] = [0, 1, 2].map((plane) => run.stdout.subarray(plane * area, (plane + 1) * area));
  return { width, height, data: Float32Array.from(Buffer.concat([r, g, b])) };
}

/** Uniform numbers in −1..1, the same at every start (linear congruential, Numerical Recipes). */
function noise(count) {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/**
 * The energy of one frame of `width`×`height`: the graph's `outputs`, its `feeds`, what onnxruntime `expected` of them,
 * and how much arithmetic it is, `flop`.
 */
export async function energyWorkload(network, width, height, threads) {
  const content = firstFrame(width, height);
  const painting = await readPicture(asset('wave.jpg'), { label: 'painting' });
  const side = Math.sqrt((width * height) / (painting.width * painting.height));
  const style = resizePicture(
    painting,
    Math.round(painting.width * side),
    Math.round(painting.height * side),
  );
  const grain = noise(content.data.length);
  const image = content.data.map((v, i) => Math.min(255, Math.max(0, v + 20 * grain[i])));
  const certainty = { width, height, data: noise(width * height).map((v) => Number(v > -0.8)) };
  // The program's own way to the feeds: what its last session was fed.
  let last;
  const runtime = createOnnxRuntime({ threads });
  const watched = {
    ...runtime,
    async compile(outputs) {
      const session = await runtime.compile(outputs);
      const run = (feeds) => {
        last = { outputs, feeds };
        return session.run(feeds);
      };
      return { run, dispose: () => session.dispose() };
    },
  };
  const sessions = new EnergySessions(network, watched, DEFAULT_FORM);
  await sessions.setStyles([{ picture: style, weight: 1 }]);
  const warped = { ...content, data: content.data.map((v, i) => v + 10 * grain[grain.length - 1 - i]) };
  const evaluate = await sessions.energyOf({ content, warped, certainty, weights: WEIGHTS });
  const expected = await evaluate(image);
  await sessions.dispose();
  return { ...last, expected, flop: flopOf(last.outputs), network };
}

/** Multiplications and additions of convolutions and matrix products; the rest is lost against them. */
function flopOf(outputs) {
  const order = topologicalOrder(Object.values(simplify(outputs)));
  return order.reduce((total, { op, inputs, attrs, shape }) => {
    if (op === 'conv2d') return total + 2 * elementCount(shape) * elementCount(inputs[1].shape.slice(1));
    if (op === 'gemm') return total + 2 * elementCount(shape) * inputs[0].shape[attrs.transA ? 0 : 1];
    return total;
  }, 0);
}
