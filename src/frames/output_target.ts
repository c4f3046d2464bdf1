import { type Stats, statSync } from 'node:fs';
import { NstError } from '../error.js';

/** Names that other programs take for streams that are open already. */
const STREAMS = /^(-|pipe:\d*|fd:\d*|\/dev\/(stdin|stdout|stderr|fd\/\d+)|\/proc\/(self|\d+)\/fd\/\d+)$/;
const WINDOWS_DEVICES = /^(nul|con|prn|aux|com\d|lpt\d)(\.\w*)?$/i;

/** What Node puts in the place of bytes that are no UTF-8: a file of that name would be another one. */
export const NOT_UTF8 = '\uFFFD';

/**
 * Refuses what no finished file can be put in the place of, before anything is read or painted.
 *
 * @param flag The option, for the message.
 * @throws NstError usage OUTPUT_NOT_A_FILE, INVALID_ARGUMENT.
 */
export function assertFileTarget(flag: string, path: string): void {
  const what = special(path);
  if (what !== undefined) {
    const sentence = `${flag} ${path}: expected a file or a folder, found ${what}; what is made is checked, and only then gets its name.`;
    throw new NstError('usage', 'OUTPUT_NOT_A_FILE', sentence);
  }
  if (path.includes(NOT_UTF8))
    throw new NstError(
      'usage',
      'INVALID_ARGUMENT',
      `${flag} ${path}: expected a name in UTF-8, found other bytes.`,
    );
}

function special(path: string): string | undefined {
  if (STREAMS.test(path)) return path === '-' ? 'standard output' : 'a stream';
  if (process.platform === 'win32' && WINDOWS_DEVICES.test(path)) return 'a device';
  const info = statOf(path);
  if (info?.isFIFO()) return 'a pipe';
  if (info?.isSocket()) return 'a socket';
  return info?.isCharacterDevice() || info?.isBlockDevice() ? 'a device' : undefined;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined; // whether it can be written is found out later
  }
}
