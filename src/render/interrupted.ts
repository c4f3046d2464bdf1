import { NstError } from '../error.js';

/** What an aborted job ends with. */
export function interrupted(cause: unknown): NstError {
  if (cause instanceof NstError && cause.kind === 'interrupted') return cause;
  return new NstError('interrupted', 'INTERRUPTED', 'stopped', { cause });
}
