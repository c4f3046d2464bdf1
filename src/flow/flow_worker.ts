// A flow thread's program: does one task after the other and hands the results over.
import { parentPort } from 'node:worker_threads';
import { NstError } from '../error.js';
import { buffersOf, type FlowAnswer, type FlowTask, runTask } from './flow_tasks.js';

parentPort!.on('message', (task: FlowTask) => {
  let answer: FlowAnswer;
  let transfer: ArrayBuffer[] = [];
  try {
    const result = runTask(task);
    transfer = buffersOf(result);
    answer = { result };
  } catch (error) {
    const { message, stack } = error as Error;
    const { kind, code } =
      error instanceof NstError ? error : ({ kind: 'bug', code: 'FLOW_WORKER_FAILED' } as const);
    answer = { failure: { kind, code, message, stack } };
  }
  parentPort!.postMessage(answer, transfer);
});
