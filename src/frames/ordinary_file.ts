import type { Stats } from 'node:fs';
import { NstError } from '../error.js';

/** Names by which one process reaches what another holds open: a program started by this one finds something else. */
const OPEN_ELSEWHERE = /^\/(dev\/(stdin|fd\/\d+)|proc\/(self|\d+)\/fd\/\d+)$/;

/**
 * Refuses what can be read once only: an input is looked at, decoded and measured by several programs.
 *
 * @param info What is there; undefined where nothing is, then only names are looked at.
 * @throws NstError input INPUT_NOT_A_FILE, at once: nothing is opened, so nothing waits.
 */
export function assertOrdinaryFile(path: string, info: Stats | undefined): void {
  const what = special(path, info);
  if (what === undefined) return;
  const sentence = `${path} is ${what}: expected a file, because an input is read more than once. Store what comes from it in a file first.`;
  throw new NstError('input', 'INPUT_NOT_A_FILE', sentence);
}

function special(path: string, info: Stats | undefined): string | undefined {
  if (path === '-' && !info) return 'standard input';
  if (info?.isFIFO()) return 'a pipe';
  if (info?.isSocket()) return 'a socket';
  if (info?.isCharacterDevice() || info?.isBlockDevice()) return 'a device';
  return OPEN_ELSEWHERE.test(path) ? 'a file that another program holds open' : undefined;
}
