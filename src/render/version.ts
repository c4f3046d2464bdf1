import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the installed package: where `models/` and package.json are. */
export const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** This program's version, as package.json has it. */
export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
