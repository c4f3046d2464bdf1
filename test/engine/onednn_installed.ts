import { runtimeVersion } from '../../dist/engine/index.js';

/** Whether the library is there that `--runtime onednn` needs. */
export const onednnInstalled: boolean = (() => {
  try {
    return runtimeVersion('onednn') !== '';
  } catch {
    return false;
  }
})();
