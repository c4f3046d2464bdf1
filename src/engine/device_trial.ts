import type { DeviceName } from './device.js';
import { input } from './expr.js';
import { createOnnxRuntime } from './onnxruntime.js';
import { scale } from './ops_elementwise.js';

// A program of its own, because drivers write to stderr and may end the process: has the device named by its argument
// double a number, and says on standard output, as JSON, what came of it.

try {
  const runtime = createOnnxRuntime({ threads: 1, device: process.argv[2] as DeviceName });
  const session = await runtime.compile({ doubled: scale(input('x', [1]), 2) });
  const { doubled } = await session.run({ x: Float32Array.of(21) });
  const right = doubled[0] === 42;
  process.stdout.write(
    JSON.stringify(right ? { works: true } : { works: false, why: `it found 2·21 to be ${doubled[0]}` }),
  );
} catch (error) {
  process.stdout.write(JSON.stringify({ works: false, why: (error as Error).message }));
}
