// Milliseconds of one evaluation on a graphics card, and of a step with its optimiser, against PyTorch on the same card.
import { availableParallelism } from 'node:os';
import { createOnnxRuntime } from '../../dist/engine/index.js';
import { deviceAdam } from '../../dist/nst/device_adam.js';
import { deviceGraphs, openDeviceEnergy } from '../../dist/nst/device_energy.js';
import { DeviceLbfgs } from '../../dist/nst/device_lbfgs.js';
import { minimiseOnDevice } from '../../dist/nst/device_minimise.js';
import { checkDevices } from '../../dist/render/doctor/doctor_devices.js';
import { distance } from './energy/distance.mjs';
import { load, networksHere } from './energy/networks.mjs';
import { startTorch } from './energy/torch.mjs';
import { energyWorkload } from './energy/workload.mjs';
import { table } from './report/table.mjs';
import { alternate } from './timing/alternate.mjs';
import { timed } from './timing/quiet.mjs';

export const title = 'On a graphics card';

const SIZES = [
  [640, 360],
  [1280, 720],
  [1920, 1080],
];
const PRECISIONS = ['float32', 'tf32', 'bfloat16'];
const TORCH_WAYS = [...PRECISIONS, ...PRECISIONS.map((precision) => `${precision}, compiled`)];
/** Steps of an optimiser that are timed together: past the first ten, so that L-BFGS has its whole history. */
const STEPS = 20;

/** The energy's graphs and feeds on WebGPU; the caller disposes of both. */
async function onWebgpu({ outputs, feeds }) {
  const { device } = createOnnxRuntime({ threads: 1, device: 'webgpu' });
  const graphs = await deviceGraphs(device, outputs);
  const { image, ...fixed } = feeds;
  const energy = await openDeviceEnergy(graphs, fixed, ({ energy: [value] }) => ({
    energy: value,
    terms: {},
  }));
  const close = async () => {
    energy.dispose();
    await graphs.vectors.dispose();
    await graphs.energy.dispose();
  };
  return { energy, image, device, close };
}

/** Turns with all that is fed on the card already, one alone there: the others have its memory in their turns. */
function webgpuTurns(workload) {
  const turn = (measure) => ({
    async timings(repeats) {
      const { energy, image, device, close } = await onWebgpu(workload);
      const x = await device.upload(image, energy.vectors.shape);
      const times = await measure({ energy, x, image, repeats });
      x.dispose();
      await close();
      return times;
    },
  });
  const evaluating = async ({ energy, x, repeats }) => {
    const evaluate = async () => (await energy.evaluate(x)).gradient.dispose();
    await evaluate();
    const times = [];
    for (let i = 0; i < repeats; i++) times.push(await timed(evaluate));
    return times;
  };
  const stepping =
    (make) =>
    async ({ energy, image: start }) => {
      const run = (iterations) =>
        minimiseOnDevice({
          start,
          energy,
          iterations,
          stop: { every: 10 * STEPS, relativeChange: 0 },
          optimiser: (scope) => make(energy, scope),
        });
      await run(STEPS);
      const { ms, clean } = await timed(() => run(STEPS));
      return [{ ms: ms / (STEPS + 1), clean }];
    };
  return {
    WebGPU: turn(evaluating),
    'WebGPU, a step of L-BFGS': turn(stepping((energy, scope) => new DeviceLbfgs(energy, scope))),
    'WebGPU, a step of Adam': turn(stepping((energy, scope) => deviceAdam(energy, scope))),
  };
}

async function webgpuValues(workload) {
  const { energy, image, device, close } = await onWebgpu(workload);
  const x = await device.upload(image, energy.vectors.shape);
  const found = await energy.evaluate(x);
  const gradient = await device.download(found.gradient);
  await close();
  return { energy: found.energy, gradient };
}

/** CUDA's turn: pictures and targets cross. */
const cudaTurn = ({ outputs, feeds }) => ({
  async timings(repeats) {
    const session = await createOnnxRuntime({ threads: 1, device: 'cuda' }).compile(outputs);
    await session.run(feeds);
    const times = [];
    for (let i = 0; i < repeats; i++) times.push(await timed(() => session.run(feeds)));
    await session.dispose();
    return times;
  },
});

async function cudaValues({ outputs, feeds }) {
  const session = await createOnnxRuntime({ threads: 1, device: 'cuda' }).compile(outputs);
  const { energy, gradient } = await session.run(feeds);
  await session.dispose();
  return { energy: energy[0], gradient };
}

async function measureSize(network, [width, height], works, torch) {
  const workload = await energyWorkload(network, width, height, availableParallelism());
  const turns = {};
  const off = {};
  if (works.webgpu) {
    Object.assign(turns, webgpuTurns(workload));
    off.WebGPU = distance(await webgpuValues(workload), workload.expected);
  }
  if (works.cuda) {
    turns.CUDA = cudaTurn(workload);
    off.CUDA = distance(await cudaValues(workload), workload.expected);
  }
  if (torch?.card) {
    await torch.load(workload, availableParallelism(), 'cuda');
    for (const way of TORCH_WAYS) {
      const name = `${torch.name}, ${way}`;
      off[name] = distance(await torch.values(way), workload.expected);
      turns[name] = {
        timings: async (repeats) => (await torch.time(way, repeats)).map((ms) => ({ ms, clean: true })),
      };
    }
  }
  const times = await alternate(turns, { rounds: 3, repeats: 5 });
  return {
    network: network.name,
    size: `${width}×${height}`,
    gflop: workload.flop / 1e9,
    rows: Object.entries(times).map(([name, { ms }]) => ({ name, ms, off: off[name] })),
  };
}

/** `sizes` and `only`, a network's name, are for measuring a piece alone. */
export async function measure({ sizes = SIZES, only }) {
  const findings = await checkDevices('cpu');
  const works = Object.fromEntries(findings.map(({ name, status }) => [name.split(' ')[1], status === 'ok']));
  if (!works.webgpu && !works.cuda) return { skipped: 'no graphics card that WebGPU or CUDA can use' };
  const torch = await startTorch();
  const runs = [];
  try {
    const here = await networksHere();
    const name = only ?? ('vgg19' in here ? 'vgg19' : 'lite');
    const network = await load(name, here[name]);
    for (const size of sizes) {
      runs.push(await measureSize(network, size, works, torch));
      console.error(`${name} ${size.join('×')}: done`);
    }
  } finally {
    await torch?.close();
  }
  return { card: torch?.card ?? null, runs };
}

const small = (value) => (value === undefined ? '' : value < 1e-7 ? '0' : value.toExponential(0));

export function write({ card, runs }) {
  const lines = [
    `Energy, all terms and gradient of a following frame${card ? ` on one ${card}` : ''}; a step is an evaluation and what the optimiser does after it, of ${STEPS} in a row. With WebGPU nothing but numbers crosses; with CUDA all that is fed and the gradient do. "Off" is how far the gradient and the energy are from those of onnxruntime on the processor.`,
  ];
  if (!card)
    lines.push(
      '',
      'PyTorch is not in the table: no Python with it and CUDA was found (`NST_PYTHON` names one).',
    );
  for (const { network, size, gflop, rows } of runs) {
    const cells = rows.map(({ name, ms, off }) => [
      name,
      ms.toFixed(ms < 100 ? 2 : 0),
      (gflop / (ms / 1000)).toFixed(0),
      small(off?.gradient),
      small(off?.energy),
    ]);
    const head = ['', 'ms', 'GFLOP/s', 'gradient off', 'energy off'];
    lines.push('', `**${network}, ${size}** (${gflop.toFixed(1)} GFLOP)`, '', ...table(head, cells));
  }
  return lines;
}
