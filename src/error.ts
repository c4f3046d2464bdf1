import { didYouMean } from './nearest.js';

/** The kinds of failure a caller can act on, each with the process exit code documented in the README. */
export const EXIT_CODES = {
  bug: 1,
  usage: 2,
  input: 3,
  environment: 4,
  resources: 5,
  interrupted: 130,
} as const;

export type FailureKind = keyof typeof EXIT_CODES;

/**
 * The one way this program fails: a plain sentence that names the file or option and what was found,
 * a stable `code` for programs, and a `kind` that decides the exit code.
 */
export class NstError extends Error {
  override readonly name = 'NstError';

  constructor(
    readonly kind: FailureKind,
    /** Stable, upper case, e.g. `FILE_MISSING`; messages may be reworded, codes may not. */
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Process exit status for this failure. */
  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/**
 * An argument outside its domain; all such messages read alike: name, expected, found.
 * @param among Words that could have been meant: the nearest is suggested.
 */
export function invalidArgument(
  name: string,
  expected: string,
  found: unknown,
  among: readonly string[] = [],
): NstError {
  const shown = typeof found === 'string' ? `"${found}"` : found === undefined ? 'nothing' : String(found);
  const meant = didYouMean(String(found), among);
  return new NstError('usage', 'INVALID_ARGUMENT', `${name}: expected ${expected}, found ${shown}${meant}`);
}
