// Writes the parts of README.md that derive from the program: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { withOptionsTable } from '../dist/cli/options_table.js';

const readme = new URL('../README.md', import.meta.url);
writeFileSync(readme, withOptionsTable(readFileSync(readme, 'utf8')));
