import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as library from '../dist/index.js';
import { scratchFolder } from './support/program.js';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const src = at('src');

/** `name file` for each name in `{ a, type B, c as d }` that is taken from `path`, as a file of src/. */
const namesOf = (list: string, file: string, path: string) =>
  list
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*$/, ''),
    )
    .filter(Boolean)
    .map((name) => `${name} ${relative(src, join(src, file, '..', path))}`);

const index = readFileSync(join(src, 'index.ts'), 'utf8');
const exported = [...index.matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']+)'/g)].flatMap(
  ([, list, path]) => namesOf(list, 'index.ts', path),
);

/** What the command line takes from outside its folder. */
const used = new Set<string>();
/** Imports from there that name nothing. */
const nameless: string[] = [];
for (const name of readdirSync(join(src, 'cli'), { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.ts')) continue;
  const file = join('cli', name);
  const text = readFileSync(join(src, file), 'utf8');
  const named = [
    ...text.matchAll(/import (?:type )?\{([^}]*)\} from '(\.\.\/[^']+)'/g),
    ...text.matchAll(/\{([^}]*)\} = await import\('(\.\.\/[^']+)'\)/g),
  ];
  for (const [, list, path] of named) for (const one of namesOf(list, file, path)) used.add(one);
  if (named.length !== [...text.matchAll(/'\.\.\/[^']+\.js'/g)].length) nameless.push(file);
}

describe('what the library exports', () => {
  it('is all the command line uses but for the vocabulary that lies directly in src', () => {
    expect(nameless).toEqual([]);
    const ofRender = [...used].filter((name) => name.includes('/'));
    expect(ofRender.filter((name) => !exported.includes(name))).toEqual([]);
  });

  it('is nothing more, but for the types of signatures', () => {
    const values = exported.filter((name) => name.split(' ')[0] in library);
    expect(values.length).toBe(Object.keys(library).length);
    expect(values.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('scripts/check_exports.mjs', () => {
  const folder = scratchFolder();
  const check = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [at('scripts/check_exports.mjs'), ...args], {
      encoding: 'utf8',
    });
    return { status, problems: stderr.split('\n').map((line) => line.replace(/^.*\.d\.ts: /, '')) };
  };

  it('finds every export documented', () => {
    expect(check()).toEqual({ status: 0, problems: [''] });
  });

  it('names what is not', () => {
    mkdirSync(join(folder, 'parts'));
    writeFileSync(
      join(folder, 'parts/thing.d.ts'),
      `export interface Hidden { readonly width: number }
       /** A thing. */
       export interface Thing {
         readonly width: number;
         /** Its height, px. */
         readonly height: number;
       }
       /** One of two. */
       export type Either = { readonly type: 'a'; readonly count: number } | { readonly type: 'b' };
       /** Makes a thing. */
       export declare function make(name: string, hidden: Hidden): Thing;
       /** Never throws. */
       export declare const silent: () => void;
       export declare const version: string;
      `,
    );
    writeFileSync(
      join(folder, 'index.d.ts'),
      `export { type Either, make, silent, type Thing, version } from './parts/thing.js';`,
    );
    expect(check(join(folder, 'index.d.ts'))).toEqual({
      status: 1,
      problems: [
        'Either.count: expected a docstring, found none',
        'make: expected Hidden, which it names, to be exported too',
        'make: expected a word on what it throws, or that it never does, found none',
        'make: expected a @param name, found none',
        'make: expected a @param hidden, found none',
        'Thing.width: expected a docstring, found none',
        'version: expected a docstring, found none',
        '',
      ],
    });
  });

  it('says so where nothing is built', () => {
    expect(check(join(folder, 'none.d.ts')).problems[0]).toMatch(
      /^expected the built declarations.*npm run build/,
    );
  });
});
