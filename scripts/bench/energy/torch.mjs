// PyTorch beside us: the same energy by torch_energy.py in a process of its own that takes its turns when asked.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { topologicalOrder } from '../../../dist/engine/index.js';
import { DEFAULT_FORM } from '../../../dist/nst/energy_form.js';

const SCRIPT = fileURLToPath(new URL('./torch_energy.py', import.meta.url));

/** A Python that has PyTorch: NST_PYTHON, else the ones on the path. */
export function pythonWithTorch() {
  const candidates = process.env.NST_PYTHON ? [process.env.NST_PYTHON] : ['python3', '/usr/bin/python3'];
  return candidates.find(
    (python) => spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}

/** A running PyTorch; undefined where there is none. */
export async function startTorch() {
  const python = pythonWithTorch();
  if (!python) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'nst-torch-'));
  const child = spawn(python, [SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`PyTorch ended: ${SCRIPT}`);
    return JSON.parse(value);
  };
  const ask = (command) => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    return answer();
  };
  const { version, card } = await answer();
  return {
    name: `PyTorch ${version}`,
    /** Name of the graphics card that it can use, if any. */
    card,
    load: (workload, threads, device = 'cpu') =>
      ask({ load: writeManifest(folder, workload, threads, device) }),
    time: async (precision, repeats) => (await ask({ time: precision, repeats })).ms,
    async values(precision) {
      const out = join(folder, 'gradient.bin');
      const { energy } = await ask({ values: precision, out });
      const bytes = readFileSync(out);
      return { energy, gradient: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) };
    },
    async close() {
      child.stdin.end();
      await new Promise((resolve) => child.once('close', resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function writeManifest(folder, { network, outputs, feeds }, threads, device) {
  const tensors = [];
  const arrays = [];
  let begin = 0;
  const put = (name, shape, values) => {
    tensors.push([name, shape, begin]);
    arrays.push(Float32Array.from(values));
    begin += values.length;
  };
  for (const { name, inputs, outputs: channels, weight, bias } of network.convolutions) {
    put(`${name}.weight`, [channels, inputs, 3, 3], weight);
    put(`${name}.bias`, [channels], bias);
  }
  for (const [tap, head] of network.heads) {
    put(`head.${tap}.weight`, [head.outputs, head.inputs, 1, 1], head.weight);
    put(`head.${tap}.bias`, [head.outputs], head.bias);
  }
  put('mean', [1, 3, 1, 1], network.input.mean);
  for (const { op, attrs, shape } of topologicalOrder(Object.values(outputs)))
    if (op === 'input' && shape.length > 0) put(attrs.name, shape, feeds[attrs.name]);
  const { styleLayers: style, contentLayers: content } = DEFAULT_FORM;
  const wanted = new Set([...style, ...content]);
  const manifest = {
    threads,
    device,
    data: join(folder, 'data.bin'),
    tensors,
    convolutions: network.convolutions.map(({ name, tap, block }) => [name, tap, block]),
    channels: Object.fromEntries(network.channels),
    style,
    content,
    last: network.convolutions.findLast(({ tap }) => wanted.has(tap)).tap,
    weights: {
      content: feeds.weight_content_relu4_2[0],
      style: feeds.weight_style_relu1_1[0],
      temporal: feeds.weight_temporal[0],
      tv: feeds.weight_tv[0],
    },
  };
  writeFileSync(manifest.data, Buffer.concat(arrays.map((a) => Buffer.from(a.buffer))));
  const path = join(folder, 'manifest.json');
  writeFileSync(path, JSON.stringify(manifest));
  return path;
}
