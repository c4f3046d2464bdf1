// A flow thread's program: does one task after the other and hands the results over.
import { parentPort } from 'node:worker_threads';
import { NstError } from '../error.js';
import { ordinaryFailure } from '../ordinary_failure.js';
import { buffersOf, endTasks, type FlowAnswer, type FlowEnd, type FlowTask, runTask } from './flow_tasks.js';

const port = parentPort!;

async function answer(task: FlowTask): Promise<void> {
  let answer: FlowAnswer;
  let transfer: ArrayBuffer[] = [];
  try {
    const result = await runTask(task);
    transfer = buffersOf(result);
    answer = { result };
  } catch (error) {
    const known = ordinaryFailure(error) ?? error;
    const { message, stack } = known as Error;
    const { kind, code } =
      known instanceof NstError ? known : ({ kind: 'bug', code: 'FLOW_WORKER_FAILED' } as const);
    answer = { failure: { kind, code, message, stack } };
  }
  port.postMessage(answer, transfer);
}

// The end waits its turn: a library must not be cut off inside an evaluation.
let turn = Promise.resolve();
port.on('message', (message: FlowTask | FlowEnd) => {
  turn = turn.then(async () => {
    if (message.kind !== 'end') return answer(message);
    await endTasks();
    port.close();
  });
});
