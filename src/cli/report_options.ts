import type { Command } from '../render/options/options.js';
import { withConfig } from './act.js';

/**
 * Parts what a command that prints a report was given into whether it is to be JSON, and the options of its subject.
 * @throws NstError what `withConfig` throws.
 */
export function reportOptions<Options>(
  command: Command,
  given: Readonly<Record<string, unknown>>,
): { json: boolean; options: Options } {
  const { json = false, config: _, look: __, set: ___, ...options } = withConfig(command, given);
  return { json: json === true, options: options as Options };
}
