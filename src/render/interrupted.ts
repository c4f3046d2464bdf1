import { NstError } from '../error.js';

/** What an aborted job ends with, whichever of its parts heard of the abort first. */
export function interrupted(cause: unknown): NstError {
  if (cause instanceof NstError && cause.code === 'INTERRUPTED') return cause;
  return new NstError('interrupted', 'INTERRUPTED', 'stopped', { cause });
}
