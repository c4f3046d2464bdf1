import { NstError } from '../error.js';
import type { CompileOptions, Runtime } from './runtime.js';

/** A runtime whose library is not installed, or does not load. `advice`: what to do about it, a clause. */
export function libraryMissing(library: string, cause: unknown, advice?: string): NstError {
  const reason = reasonOf(cause)
    .split('\n')[0]
    .replace(/[\s.:]+$/, '');
  const message = `${library} could not be loaded on ${process.platform} ${process.arch}: ${reason}`;
  return new NstError('environment', 'RUNTIME_MISSING', advice ? `${message}; ${advice}` : message, {
    cause,
  });
}

/** Throws `NstError` usage PRECISION_MISSING where a graph is asked for in a precision that the runtime lacks. */
export function checkPrecision(
  { name, precisions }: Runtime,
  { precision = 'float32' }: CompileOptions = {},
): void {
  if (!precisions.includes(precision))
    throw new NstError(
      'usage',
      'PRECISION_MISSING',
      `Precision: expected ${precisions.join(' or ')}, which is what ${name} has here, found ${precision}`,
    );
}

/** A run after `dispose`. */
export function sessionDisposed(): NstError {
  return new NstError('bug', 'SESSION_DISPOSED', 'This session was disposed and cannot run again.');
}

/**
 * Does something with a runtime's library, whose failures become ours.
 *
 * @param what what is done with the graph, a verb
 * @throws NstError resources OUT_OF_MEMORY; bug RUNTIME_FAILED
 */
export async function attempt<T>(library: string, what: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof NstError) throw cause;
    if (outOfMemory(cause)) {
      const message = `${library} ran out of memory while trying to ${what} the graph; a smaller size needs less.`;
      throw new NstError('resources', 'OUT_OF_MEMORY', message, { cause });
    }
    throw new NstError(
      'bug',
      'RUNTIME_FAILED',
      `${library} failed to ${what} the graph: ${reasonOf(cause)}`,
      {
        cause,
      },
    );
  }
}

/** Whether a library failed for want of memory, which only its words tell. */
export function outOfMemory(cause: unknown): boolean {
  return /bad_alloc|failed to allocate|allocat\w+ .*fail|out of memory|\bOOM\b|array buffer allocation/i.test(
    reasonOf(cause),
  );
}

/** What an error says. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
