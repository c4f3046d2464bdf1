import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type FilmOptions, renderFilm } from '../../dist/index.js';
import { clip, painting, scratchFolder } from '../support/program.js';

const folder = scratchFolder();

it('--preset film holds on to the frame ten before, from frame 10 on', async () => {
  const paint = async (name: string, options: Partial<FilmOptions>) => {
    const output = join(folder, `${name}.mp4`);
    const quick = {
      size: 64,
      threads: 1,
      coarsest: 0,
      flow: 'medium',
      iterations: { first: 2, next: 1 },
    } as const;
    await renderFilm(clip, { style: [painting], output, frames: '0-10', ...quick, ...options }).result;
    return (frame: number) =>
      readFileSync(join(`${output}.nst`, 'stylised', `${String(frame).padStart(6, '0')}.png`));
  };
  const [film, standard] = [await paint('film', { preset: 'film' }), await paint('standard', {})];
  for (const frame of [0, 5, 9]) expect(film(frame).equals(standard(frame))).toBe(true);
  expect(film(10).equals(standard(10))).toBe(false);
}, 120_000);
