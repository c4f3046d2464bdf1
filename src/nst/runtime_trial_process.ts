import { loadNetwork } from './network.js';
import { type RuntimeChoice, type TriedRuntime, tryRuntimes } from './runtime_trial.js';

// A trial in a process of its own, `node runtime_trial_process.js NETWORK THREADS`: a native library that does not fit
// this processor ends it, and nothing else.

/** What the process says to the one that started it. */
export type TrialMessage =
  | { readonly kind: 'begin'; readonly choice: RuntimeChoice }
  | { readonly kind: 'done'; readonly rows: readonly TriedRuntime[] }
  | { readonly kind: 'failed'; readonly message: string };

const tell = (message: TrialMessage) => process.send?.(message);

const [networkPath, threads] = process.argv.slice(2);
try {
  const network = await loadNetwork(networkPath);
  const rows = await tryRuntimes(network, Number(threads), (choice) => tell({ kind: 'begin', choice }));
  tell({ kind: 'done', rows });
} catch (error) {
  tell({ kind: 'failed', message: (error as Error).message });
}
process.disconnect?.();
