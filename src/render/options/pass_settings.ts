import { invalidArgument } from '../../error.js';
import type { SettingName, Settings } from './defaults.js';

/** What only a film in several passes asks, and what only one in a single pass does. */
const SEVERAL: ReadonlySet<SettingName> = new Set([
  'passes',
  'passIterations',
  'temporalAfter',
  'blendWeight',
  'blendWeightOther',
  'loop',
]);
const SINGLE: ReadonlySet<SettingName> = new Set(['iterations', 'initNext']);

/** Whether an option has a say in how a film is painted, with so many passes. */
export const isAsked = (name: SettingName, { passes }: Pick<Settings, 'passes'>): boolean =>
  !(passes > 1 ? SINGLE : SEVERAL).has(name);

/**
 * Refuses options that contradict the number of passes.
 * @throws NstError usage INVALID_ARGUMENT.
 */
export function checkPasses({ passes, loop, continuePass, fromFrame }: Settings): void {
  if (passes === 1) {
    if (loop) throw invalidArgument('--passes', 'at least 2 with --loop', passes);
    if (continuePass !== undefined)
      throw invalidArgument('--passes', 'at least 2 with --continue-pass', passes);
    return;
  }
  if (fromFrame !== undefined)
    throw invalidArgument(
      '--from-frame',
      'a film in a single pass (in several, every frame hangs on all others; --continue-pass goes back to a pass)',
      fromFrame,
    );
  if (continuePass !== undefined && continuePass >= passes)
    throw invalidArgument('--continue-pass', `a pass before the last of --passes ${passes}`, continuePass);
}
