import { inspect } from 'node:util';
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

/**
 * What sort of failure it is: `usage` a wrong option; `input` a file that is missing or bad; `environment` no ffmpeg,
 * network or connection; `resources` disk, memory or a folder in use; `interrupted` an abort; `bug` our own.
 */
export type FailureKind = keyof typeof EXIT_CODES;

/**
 * The one way this program fails: a plain sentence that names the file or option and what was found,
 * a stable `code` for programs, and a `kind` that decides the exit code.
 */
export class NstError extends Error {
  /** Tells it from other errors, also across two copies of this package. */
  override readonly name = 'NstError';

  /**
   * @param message One plain sentence: what file or option, what was expected, what was found.
   * @param options The error behind this one, if there is one.
   */
  constructor(
    /** Decides the exit code. */
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
 * An argument outside its domain; all such messages read alike: name, expected, found. Never throws.
 * @param name What the user knows it by, such as `--size`.
 * @param expected What would be taken.
 * @param found What was given.
 * @param among Words that could have been meant: the nearest is suggested.
 */
export function invalidArgument(
  name: string,
  expected: string,
  found: unknown,
  among: readonly string[] = [],
): NstError {
  const meant = typeof found === 'string' ? didYouMean(found, among) : '';
  return new NstError(
    'usage',
    'INVALID_ARGUMENT',
    `${name}: expected ${expected}, found ${shown(found)}${meant}`,
  );
}

function shown(found: unknown): string {
  if (found === undefined) return 'nothing';
  return typeof found === 'string'
    ? `"${found}"`
    : inspect(found, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}
