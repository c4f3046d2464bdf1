import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = (path: string) =>
  fileURLToPath(new URL(`../../scripts/bench_temporal/${path}`, import.meta.url));
const { expectations, statistic, tables, withTables } = await import(script('summary.mjs'));
const { likeness, uncoveredBand } = await import(script('regions.mjs'));
const { sceneOf } = await import(fileURLToPath(new URL('../../scripts/scenes/scenes.mjs', import.meta.url)));
const { renderScene } = await import(
  fileURLToPath(new URL('../../scripts/scenes/compose.mjs', import.meta.url))
);
const { deadLeaves } = await import(
  fileURLToPath(new URL('../../scripts/scenes/texture.mjs', import.meta.url))
);

const run = (subject: string, method: string, style: string, seed: number, certain: number) => ({
  ...{ subject, method, style, seed, styleEnergy: 2e6 },
  errors: { 1: { all: certain / 2, certain } },
});

describe('the summary of a benchmark', () => {
  const runs = [
    run('pan', 'alone', 'wave', 1, 0.01),
    run('pan', 'alone', 'wave', 2, 0.012),
    run('pan', 'alone', 'night', 1, 0.03),
    run('pan', 'alone', 'night', 2, 0.032),
    run('pan', 'previous', 'wave', 1, 0.02),
    run('pan', 'previous', 'wave', 2, 0.02),
  ];

  it('takes means over styles and seeds, and the spread over seeds alone', () => {
    const { mean, spread } = statistic(runs.slice(0, 4), 'near');
    expect(mean).toBeCloseTo(0.021, 12);
    // Two takes 0.002 apart: their standard deviation is 0.002/√2, whatever lies between styles.
    expect(spread).toBeCloseTo(0.002 / Math.SQRT2, 12);
    expect(statistic(runs.slice(0, 1), 'near').spread).toBeUndefined();
    expect(statistic(runs, 'far')).toBeUndefined();
  });

  it('says of an expectation whether the step is more than the spread', () => {
    const [found, ...rest] = expectations(runs.slice(0, 4).concat(runs.slice(4)), ['pan']);
    expect(rest).toEqual([]);
    expect(found.holds).toBe(false);
    expect(found.text).toBe('error, 1 back: alone > previous: 21.00, 20.00, spread 1.41');
    expect(
      expectations(
        runs.filter((r) => r.style === 'night' || r.method !== 'alone'),
        ['pan'],
      )[0].holds,
    ).toBe(true);
  });

  it('writes tables between the markers of a page and nowhere else', () => {
    const text = tables(runs, ['pan']);
    expect(text).toContain('| pan | each frame alone | 21.00 ± 1.41 | – | 10.50 ± 0.71 | 2.00 ± 0.00 |');
    const page = 'before\n<!-- bench:temporal -->\nold\n<!-- /bench:temporal -->\nafter\n';
    const written = withTables(page, text);
    expect(written).toContain(text);
    expect(written).not.toContain('old');
    expect(withTables(written, text)).toBe(written);
    expect(() => withTables('no markers', text)).toThrow(/expected <!-- bench:temporal -->/);
  });
});

describe('what single scenes are judged by', () => {
  const backdrop = deadLeaves(
    320,
    180,
    [
      [120, 140, 90],
      [60, 80, 40],
    ],
    3,
  );
  const { round } = Math;

  it('finds the same paint on a thing that comes back, and other paint', () => {
    const scene = { ...sceneOf('pole', backdrop, 1), grain: 0 };
    const sources = Array.from({ length: 24 }, (_, i) => renderScene(scene, i));
    // Paint that sticks to the thing, and paint that sticks to the frame.
    const paint = (x: number, y: number) => 30 * Math.sin(x / 2) * Math.cos(y / 3);
    const painted = (shift: (frame: number) => number) =>
      sources.map((source, frame) => ({
        ...source,
        data: source.data.map((v: number, i: number) => {
          const p = i % (192 * 108);
          return v + paint((p % 192) - shift(frame), Math.floor(p / 192));
        }),
      }));
    const same = likeness(
      scene,
      painted((frame) => 3 * frame),
      sources,
    );
    const other = likeness(
      scene,
      painted((frame) => 3 * frame + ((frame / 10) & 1) * 2 * Math.PI),
      sources,
    );
    expect(same.correlation).toBeGreaterThan(0.999);
    expect(other.correlation).toBeLessThan(-0.9);
    expect(other.square).toBeGreaterThan(10 * same.square);
    expect(round(1e6 * same.square)).toBe(0);
  });

  it('tells the band that a pan uncovers from the rest', async () => {
    const scene = { ...sceneOf('pan', backdrop, 1), grain: 0 };
    const sources = Array.from({ length: 24 }, (_, i) => renderScene(scene, i));
    const brightness = async ({ data }: { data: Float32Array }) =>
      data.reduce((a, b) => a + b, 0) / data.length;
    const lit = sources.map((source) => ({
      ...source,
      data: source.data.map((_: number, i: number) => (i % 192 >= 168 ? 200 : 100)),
    }));
    const { style, error } = await uncoveredBand(scene, lit, sources, brightness);
    expect(style).toBeCloseTo(2, 6);
    expect(error).toBe(0);
  });
});
