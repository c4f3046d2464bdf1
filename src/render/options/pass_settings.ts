import { invalidArgument } from '../../error.js';
import type { SettingName, Settings } from './setting_types.js';

/** What only a film in several passes asks, and what only one in a single pass does. */
const SEVERAL: ReadonlySet<SettingName> = new Set([
  'passes',
  'passIterations',
  'temporalAfter',
  'blendWeight',
  'blendWeightOther',
  'loop',
]);
const SINGLE: ReadonlySet<SettingName> = new Set(['iterations', 'initNext', 'longTerm']);

/** What only one of the optimisers asks. */
const OF_OPTIMISER: Readonly<Record<Settings['optimizer'], ReadonlySet<SettingName>>> = {
  lbfgs: new Set(['lbfgsHistory', 'lineSearch']),
  adam: new Set(['learningRate']),
};

/** Whether an option has a say in how a film is painted, with so many passes and that optimiser. */
export const isAsked = (
  name: SettingName,
  { passes, optimizer }: Pick<Settings, 'passes' | 'optimizer'>,
): boolean =>
  !(passes > 1 ? SINGLE : SEVERAL).has(name) &&
  !OF_OPTIMISER[optimizer === 'adam' ? 'lbfgs' : 'adam'].has(name);

/**
 * Refuses options that contradict the number of passes.
 * @throws NstError usage INVALID_ARGUMENT.
 */
export function checkPasses({ passes, loop, shots, longTerm, continuePass, fromFrame }: Settings): void {
  if (passes === 1) {
    if (loop) throw invalidArgument('--passes', 'at least 2 with --loop', passes);
    if (continuePass !== undefined)
      throw invalidArgument('--passes', 'at least 2 with --continue-pass', passes);
    return;
  }
  // The paper has no long-term losses in several passes: these carry paint back and forth over a whole shot anyway.
  if (longTerm.some((distance) => distance > 1))
    throw invalidArgument('--long-term', '1 with --passes', longTerm.join(','));
  if (loop && shots !== undefined)
    throw invalidArgument('--shots', 'nothing with --loop, which is one shot', shots);
  if (fromFrame !== undefined)
    throw invalidArgument(
      '--from-frame',
      'a film in a single pass (in several, every frame hangs on all others; --continue-pass goes back to a pass)',
      fromFrame,
    );
  if (continuePass !== undefined && continuePass >= passes)
    throw invalidArgument('--continue-pass', `a pass before the last of --passes ${passes}`, continuePass);
}

/** That the temporal term of passes never counts, where it does not. */
export function passesNote({ passes, temporalAfter, temporalWeight }: Settings): string | undefined {
  if (passes === 1 || temporalWeight === 0 || temporalAfter <= passes) return undefined;
  return `--temporal-after ${temporalAfter}: with --passes ${passes} the temporal term never counts; about half as many is usual`;
}
