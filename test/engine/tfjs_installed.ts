import { runtimeVersion } from '../../dist/engine/index.js';

/** Whether one of the optional packages is there that `--runtime tfjs` needs. */
export const tfjsInstalled: boolean = (() => {
  try {
    return runtimeVersion('tfjs') !== '';
  } catch {
    return false;
  }
})();
