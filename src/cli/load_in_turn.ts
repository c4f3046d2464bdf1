import { readFileSync } from 'node:fs';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Loads modules one by one. Node.js opens all files of the program at once, which is more than some systems allow
 * (`ulimit -n 128`).
 */
export const load: LoadHook = async (url, context, next) => {
  if (context.format !== 'module' || !url.startsWith('file:')) return next(url, context);
  return { format: 'module', shortCircuit: true, source: readFileSync(fileURLToPath(url)) };
};
