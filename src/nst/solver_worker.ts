import { parentPort } from 'node:worker_threads';
import { createRuntime, type Runtime } from '../engine/index.js';
import { NstError } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { adam } from './adam.js';
import { covered, coversAny } from './covered.js';
import { deviceAdam } from './device_adam.js';
import type { DeviceEnergy } from './device_energy.js';
import { DeviceLbfgs } from './device_lbfgs.js';
import { type DeviceMinimiseOptions, minimiseOnDevice } from './device_minimise.js';
import type { DeviceScope } from './device_scope.js';
import { EnergySessions, type FrameEnergy } from './energy_sessions.js';
import { energyLayers } from './features.js';
import { Inversion } from './inversion.js';
import { lbfgs } from './lbfgs.js';
import { type MinimiseOptions, type Minimum, minimise } from './minimise.js';
import { loadNetwork, type Network } from './network.js';
import { minimiseInTwoPrecisions } from './precision.js';
import type {
  EvaluateResult,
  EvaluateTask,
  Failure,
  InvertTask,
  Minimisation,
  NetworkInfo,
  ReplyMessage,
  RequestMessage,
  SolveResult,
  SolverSettings,
  SolveTask,
} from './solver_messages.js';

// The thread in which frames are painted: it owns the network, the compiled graphs and the optimiser, because an
// evaluation blocks its thread; only pictures and numbers cross.

const port = parentPort!;
const reply = (message: ReplyMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

let sessions: EnergySessions | undefined;
/** What was opened, for energies of other kinds. */
let opened: { network: Network; runtime: Runtime; pooling: SolverSettings['pooling'] } | undefined;

async function open({
  networkPath,
  threads,
  runtime: library,
  device,
  memory,
  precision = 'float32',
  ...form
}: SolverSettings): Promise<NetworkInfo> {
  const network = await loadNetwork(networkPath);
  const runtime = createRuntime(library ?? 'onnx', { threads, device });
  sessions = new EnergySessions(network, runtime, form, precision, memory);
  opened = { network, runtime, pooling: form.pooling };
  const { name, path, checksum } = network;
  return { name, path, checksum, layers: energyLayers(network), runtime: runtime.name, precision };
}

async function solve(id: number, given: SolveTask, cancelled: Int32Array): Promise<SolveResult> {
  const { content, coverage, start } = given;
  const task = { ...given, history: sessions!.fit(start)?.history ?? given.history };
  const cover = coverage && covered(content, coverage);
  const iterations = coverage && !coversAny(coverage) ? 0 : task.iterations;
  // Nothing is evaluated in a run of no iterations: no graph is made for it either.
  const seen: FrameEnergy = iterations > 0 ? await sessions!.energyOf(task) : neverCalled;
  if (!cover) return minimised(id, task, seen, cancelled, start);
  const paint = { ...start, data: cover.lift(start.data) };
  const found = await minimised(
    id,
    { ...task, start: paint, iterations },
    cover.under(seen),
    cancelled,
    start,
  );
  return { ...found, picture: { ...found.picture, data: cover.lay(found.picture.data) } };
}

async function invert(id: number, task: InvertTask, cancelled: Int32Array): Promise<SolveResult> {
  const { network, runtime, pooling } = opened!;
  const inversion = await Inversion.open(network, runtime, { ...task, pooling });
  return minimised(id, task, inversion.evaluate, cancelled).finally(() => inversion.dispose());
}

async function minimised(
  id: number,
  task: Minimisation,
  evaluate: FrameEnergy,
  cancelled: Int32Array,
  /** For L-BFGS to have a scale for each band of the picture; for style energies, whose curvature differs so much. */
  shape?: { readonly width: number; readonly height: number },
): Promise<SolveResult> {
  const { start, optimizer, iterations, stop, history, lineSearch, learningRate, matchEvery = 10 } = task;
  const { width, height } = start;
  const common = {
    start: start.data,
    evaluate,
    renewal: evaluate.rematch && { every: matchEvery, renew: evaluate.rematch },
    iterations,
    stop,
    onIteration: (record: SolveResult['energies'][number]) => reply({ id, kind: 'iteration', record }),
    isCancelled: () => Atomics.load(cancelled, 0) !== 0,
  };
  const { low, onDevice } = evaluate;
  const run = <State>(options: MinimiseOptions<State>) =>
    low ? minimiseInTwoPrecisions(options, low) : minimise(options);
  let found: Omit<Minimum<unknown>, 'state'>;
  if (onDevice) found = await minimiseThere(await onDevice(), task, common);
  else if (optimizer === 'adam') found = await run({ ...common, optimiser: adam({ learningRate }) });
  else found = await run({ ...common, optimiser: lbfgs({ history, lineSearch, shape }) });
  const { image, energy, terms, records, evaluations, stoppedBy } = found;
  return {
    picture: { width, height, data: image },
    energy,
    terms,
    energies: records,
    evaluations,
    stoppedBy,
  };
}

/** On the runtime's device. */
async function minimiseThere(
  energy: DeviceEnergy,
  { optimizer, history, lineSearch, learningRate }: Minimisation,
  common: Omit<DeviceMinimiseOptions, 'energy' | 'optimiser'>,
): ReturnType<typeof minimiseOnDevice> {
  const optimiser = (scope: DeviceScope) =>
    optimizer === 'adam'
      ? deviceAdam(energy, scope, { learningRate })
      : new DeviceLbfgs(energy, scope, { history, lineSearch });
  return minimiseOnDevice({ ...common, energy, optimiser }).finally(() => energy.dispose());
}

async function evaluate({ image, ...targets }: EvaluateTask): Promise<EvaluateResult> {
  const { energy, terms, gradient } = await (await sessions!.energyOf(targets))(image.data);
  return { energy, terms, gradient: { width: image.width, height: image.height, data: gradient } };
}

function neverCalled(): never {
  throw new NstError('bug', 'EVALUATION_UNEXPECTED', 'A run of no iterations evaluated an energy');
}

async function answer(message: RequestMessage): Promise<void> {
  const { id, kind, given } = message;
  switch (kind) {
    case 'open':
      return reply({ id, kind: 'done', result: await open(given) });
    case 'styles':
      return reply({ id, kind: 'done', result: await sessions!.setStyles(given.styles) });
    case 'solve': {
      const result = await solve(id, given.task, given.cancelled);
      return reply({ id, kind: 'done', result }, [result.picture.data.buffer as ArrayBuffer]);
    }
    case 'invert': {
      const result = await invert(id, given.task, given.cancelled);
      return reply({ id, kind: 'done', result }, [result.picture.data.buffer as ArrayBuffer]);
    }
    case 'fit':
      return reply({ id, kind: 'done', result: sessions!.fit(given) });
    case 'evaluate': {
      const result = await evaluate(given.task);
      return reply({ id, kind: 'done', result });
    }
    case 'close':
      await sessions?.dispose();
      reply({ id, kind: 'done', result: undefined });
      port.close();
  }
}

function failureOf(thrown: unknown): Failure {
  const error = ordinaryFailure(thrown) ?? thrown;
  const { message, stack } = error as Error;
  if (error instanceof NstError) return { kind: error.kind, code: error.code, message, stack };
  return { kind: 'bug', code: 'SOLVER_FAILED', message: `The solver failed: ${message}`, stack };
}

// One request after the other: they share the compiled graphs.
let turn = Promise.resolve();
port.on('message', (message: RequestMessage) => {
  turn = turn
    .then(() => answer(message))
    .catch((error) => reply({ id: message.id, kind: 'failed', failure: failureOf(error) }));
});
