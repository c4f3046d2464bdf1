import { dirname } from 'node:path';
import { NstError } from '../error.js';
import { childError } from './child.js';

/** The error of a film that could not be written: ffmpeg's reason, or that there is no place for it. */
export function encodeError(
  error: unknown,
  { output }: { readonly output: string },
  sentence = `${output} cannot be encoded`,
): unknown {
  const failure = childError(error, 'usage', 'ENCODE_FAILED', sentence);
  if (!(failure instanceof NstError) || failure.code !== 'ENCODE_FAILED') return failure;
  // The source may be what is not there: only the film has a temporary name.
  const noPlace =
    /\.tmp-.*: (Permission denied|No such file or directory|Read-only file system|Not a directory)$/m.test(
      failure.message,
    );
  if (!noPlace) return failure;
  const where = `${output} cannot be written: its folder ${dirname(output)} cannot be written.`;
  return new NstError('input', 'OUTPUT_NOT_WRITABLE', where, { cause: failure });
}
