import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copies the built engine alone into `folder`/dist: there it finds no packages but those put beside it. */
export function copyEngine(folder: string): void {
  mkdirSync(join(folder, 'dist'));
  for (const part of ['engine', 'error.js', 'nearest.js', 'process_handlers.js', 'program_path.js']) {
    cpSync(new URL(`../../dist/${part}`, import.meta.url), join(folder, 'dist', part), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}
