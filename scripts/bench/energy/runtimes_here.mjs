import { createRuntime, RUNTIMES } from '../../../dist/engine/index.js';

/** Every runtime whose library is installed. */
export function runtimesHere(threads) {
  return RUNTIMES.flatMap((name) => {
    try {
      return [createRuntime(name, { threads })];
    } catch (error) {
      if (error.code !== 'RUNTIME_MISSING') throw error;
      return [];
    }
  });
}
