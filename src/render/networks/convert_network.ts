import { Worker } from 'node:worker_threads';
import { type FailureKind, NstError } from '../../error.js';
import { ordinaryFailure } from '../../ordinary_failure.js';
import type { NetworkSource } from './network_table.js';

/** What the thread is given, and how it says that it failed; without a message it succeeded. */
export interface ConversionTask {
  readonly source: NetworkSource;
  /** The downloaded file. */
  readonly from: string;
  /** The safetensors file to write. */
  readonly to: string;
}

export interface ConversionFailure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
}

/**
 * Makes a network's safetensors file of its downloaded one, checks it and gives it its name, in a thread that ends
 * with all the memory it took.
 * @throws NstError input `NETWORK_FILE_BAD`; resources `DISK_FULL`; the signal's reason
 */
export async function convertNetwork(task: ConversionTask, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./convert_worker.js', import.meta.url), { workerData: task });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      let failure: ConversionFailure | undefined;
      worker.once('message', (message: ConversionFailure) => (failure = message));
      worker.once('error', (cause) => reject(ordinaryFailure(cause) ?? cause));
      worker.once('exit', (code) => {
        if (signal.aborted) reject(signal.reason);
        else if (failure) reject(new NstError(failure.kind, failure.code, failure.message));
        else if (code !== 0)
          reject(
            new NstError('bug', 'CONVERSION_FAILED', `The converting thread ended with exit code ${code}`),
          );
        else resolve();
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
