import { NstError } from '../error.js';
import type { RenderOptions } from '../render/render_film.js';
import { progressPrinter } from './progress.js';

/**
 * Runs a job with the terminal as its face: events become progress lines on standard error, Ctrl-C (and
 * the signals of a closing terminal or a shutting-down system) stops it cleanly, a second one at once.
 */
export async function runJob(job: (options: RenderOptions) => Promise<void>): Promise<void> {
  const stopper = new AbortController();
  const printer = progressPrinter(process.stderr);
  const stop = () => {
    if (stopper.signal.aborted) process.exit(130);
    printer.line('stopping …');
    stopper.abort(new NstError('interrupted', 'INTERRUPTED', 'stopped'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  try {
    await job({ emit: printer.emit, signal: stopper.signal });
  } catch (error) {
    printer.clear();
    if (error instanceof NstError && error.kind === 'interrupted')
      throw new NstError(
        'interrupted',
        error.code,
        `stopped${printer.progress()}; the same command goes on from here`,
        { cause: error },
      );
    throw error;
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
