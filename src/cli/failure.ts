import { EXIT_CODES, NstError } from '../error.js';
import type { ErrorEvent } from './face.js';

/** What went wrong, for people and programs alike. */
export function failureEvent(error: unknown): ErrorEvent {
  if (error instanceof NstError) {
    const { kind, code, exitCode: status, message } = error;
    return { type: 'error', kind, code, status, message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'error', kind: 'bug', code: 'BUG', status: EXIT_CODES.bug, message };
}

const told = new WeakSet<object>();

/** Remembers that the faces of a job have shown this failure. */
export function markTold(error: unknown): void {
  if (typeof error === 'object' && error !== null) told.add(error);
}

export function wasTold(error: unknown): boolean {
  return typeof error === 'object' && error !== null && told.has(error);
}
