import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeFrame } from '../../../dist/frames/picture_file.js';
import { asPicture, random, render, texture } from '../../flow/texture.js';
import { painting, run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const [width, height] = [96, 54];
const STILL = 6;
const FRAMES = 8;
const film = join(folder, 'film');
const work = join(folder, 'work');
const name = (i: number) => String(i).padStart(6, '0');
const job = [
  ...[film, '-s', painting, '-o', join(folder, 'out/'), '--work', work, '--threads', '1'],
  // A tolerance at which few frames are enough.
  ...['--iterations', '30,12', '--tolerance', '0.1', '--flow', 'medium', '--overwrite'],
];

interface Stored {
  readonly start: string;
  readonly like?: number;
  readonly evaluations: number;
  readonly energy: number;
  readonly terms: Record<string, number>;
}
const record = (i: number): Stored =>
  JSON.parse(readFileSync(join(work, 'energies', `${name(i)}.json`), 'utf8'));
const painted = (i: number) => readFileSync(join(work, 'stylised', `${name(i)}.png`));

describe('a shot in which nothing moves but the grain', () => {
  beforeAll(async () => {
    mkdirSync(film);
    const ground = texture(2);
    for (let i = 0; i < FRAMES; i++) {
      const next = random(100 + i);
      const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      const thing = (x: number, y: number) => i >= STILL && Math.hypot(x - 50 - 3 * i, y - 25) < 9;
      const scene = asPicture(render(width, height, (x, y) => (thing(x, y) ? 250 : ground(x, y))));
      const data = scene.data.map((value) => Math.min(255, Math.max(0, value + 5 * normal())));
      await writeFrame(join(film, `${i}.png`), { ...scene, data });
    }
    const { status, stderr } = await run(job);
    expect(status, stderr).toBe(0);
  });

  it('is painted until that changes next to nothing; from then on frames cost no evaluation', () => {
    const records = Array.from({ length: FRAMES }, (_, i) => record(i));
    const kept = records.findIndex(({ start }) => start === 'unchanged');
    expect(kept).toBeGreaterThan(1);
    expect(kept).toBeLessThan(STILL);
    for (let i = 1; i < kept; i++) {
      expect(records[i]).toMatchObject({ start: 'warped', like: 0 });
      expect(records[i].evaluations).toBeGreaterThan(1);
    }
    for (let i = kept; i < STILL; i++) {
      expect(records[i]).toMatchObject({ start: 'unchanged', like: 0, evaluations: 0 });
      expect(painted(i).equals(painted(kept - 1))).toBe(true);
      // The same picture, beside itself.
      expect(records[i].energy).toBeLessThanOrEqual(records[kept - 1].energy);
      expect(records[i].terms).toEqual({ ...records[kept - 1].terms, temporal: 0 });
    }
  });

  it('is painted again where something moves', () => {
    for (let i = STILL; i < FRAMES; i++) {
      expect(record(i).start).toBe('warped');
      expect(record(i).like).toBeUndefined();
      expect(record(i).evaluations).toBeGreaterThan(2);
    }
  });

  it('comes out the same where it is gone on with in the middle', async () => {
    const before = Array.from({ length: FRAMES }, (_, i) => painted(i));
    for (let i = 3; i < FRAMES; i++) {
      rmSync(join(work, 'stylised', `${name(i)}.png`));
      rmSync(join(work, 'energies', `${name(i)}.json`));
    }
    const { status, stderr } = await run(job);
    expect(status, stderr).toBe(0);
    for (let i = 0; i < FRAMES; i++) expect(painted(i).equals(before[i]), `frame ${i}`).toBe(true);
  });
});
