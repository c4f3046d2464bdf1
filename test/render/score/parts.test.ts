import { describe, expect, it } from 'vitest';
import { linearAxis, logAxis } from '../../../dist/render/score/axis.js';
import { scaleColour, scaledPicture } from '../../../dist/render/score/colour_scale.js';
import { coloursOf, driftOf } from '../../../dist/render/score/drift.js';
import { FlickerMap, summariseFlicker } from '../../../dist/render/score/flicker.js';
import { escapeText, figure, page, table } from '../../../dist/render/score/html.js';
import { linePlot } from '../../../dist/render/score/line_plot.js';
import { distanceScore, extentOf } from '../../../dist/render/score/score_report.js';
import { scoreNumber } from '../../../dist/render/score/score_table.js';
import { pairsOf } from '../../../dist/render/score/scored_films.js';
import { chooseFrames } from '../../../dist/render/score/stored_energy.js';
import { chooseWorst } from '../../../dist/render/score/worst_frames.js';
import { pictureOf } from './films.js';
import { parsePage } from './parse_page.js';

describe('pairsOf', () => {
  it('wants both frames among those measured, and in one shot', () => {
    const frames = [0, 1, 2, 3, 6, 7];
    expect([...pairsOf(frames, [1, 5], [])]).toEqual([
      [1, [1, 2, 3, 7]],
      [5, [6, 7]],
    ]);
    expect(pairsOf(frames, [1, 2], [2])).toEqual(
      new Map([
        [1, [1, 3, 7]],
        [2, []],
      ]),
    );
  });
});

describe('the figures of a score', () => {
  const error = (frame: number, all: number) => ({ frame, all, certain: 2 * all, certainShare: 0.5 });

  it('are means and greatest values with their frames', () => {
    expect(
      extentOf([
        [4, 1],
        [7, 5],
        [9, 3],
      ]),
    ).toEqual({ mean: 3, worst: 5, worstFrame: 7 });
    const score = distanceScore(5, 'strong', [error(5, 0.1), error(6, 0.3)]);
    expect(score.all?.mean).toBeCloseTo(0.2, 12);
    expect(score).toMatchObject({ pairs: 2, certain: { worst: 0.6, worstFrame: 6 }, certainShare: 0.5 });
    expect(distanceScore(5, 'strong', [])).toMatchObject({ pairs: 0, all: undefined, certainShare: 0 });
  });

  it('read as three digits', () => {
    expect([0, 0.0012345, 0.00012345, 123456, 12.345, 1234567].map(scoreNumber)).toEqual([
      '0',
      '0.00123',
      '1.23e-4',
      '123000',
      '12.3',
      '1.23e+6',
    ]);
  });

  it('show the worst frames, not all from one moment', () => {
    const errors = [1, 2, 3, 4, 5, 6, 20, 30, 31].map((frame, k) =>
      error(frame, [1, 2, 9, 8, 7, 3, 5, 0, 4][k]),
    );
    expect(chooseWorst(errors).map((e) => e.frame)).toEqual([3, 4, 20, 31]);
    expect(chooseWorst([error(1, 0)])).toEqual([]);
  });

  it('show energies of first frames and of some between', () => {
    const frames = Array.from({ length: 100 }, (_, i) => i);
    expect(chooseFrames(frames, [40])).toEqual([0, 1, 33, 40, 67, 99]);
    expect(chooseFrames([7, 8], [])).toEqual([7, 8]);
    expect(chooseFrames(frames, [10, 20, 30, 40, 50])).toEqual([0, 1, 10, 20, 51, 99]);
  });
});

describe('drift', () => {
  it('is a slope within shots, beside the source', () => {
    const level = (value: number) => coloursOf(pictureOf((x, _, c) => value + (x % 2) * 20 + c));
    const frames = [0, 1, 2, 3, 4, 5].map((frame) => {
      const source = level(frame < 3 ? 50 : 150);
      // A new shot is 40 grey levels darker: no drift. Within both, 1 grey level a frame is.
      const { mean, contrast } = level((frame < 3 ? 50 : 110) + frame);
      return { frame, sourceMean: source.mean, sourceContrast: source.contrast, mean, contrast };
    });
    const drift = driftOf(frames, (frame) => (frame < 3 ? 0 : 1));
    expect(drift.mean.red).toBeCloseTo((100 * 100) / 255, 8);
    expect(drift.mean.blue).toBeCloseTo((100 * 100) / 255, 8);
    expect(drift.contrast.green).toBeCloseTo(0, 8);
    expect(drift.sourceMean.red).toBeCloseTo(0, 8);
    expect(driftOf(frames.slice(0, 1), () => 0).mean).toEqual({ red: 0, green: 0, blue: 0 });
  });

  it('takes means and deviations of each channel', () => {
    const { mean, contrast } = coloursOf(pictureOf((x, _, c) => 100 + 10 * c + (x % 2 ? 6 : -6)));
    expect(mean).toEqual({ red: 100, green: 110, blue: 120 });
    expect(contrast).toEqual({ red: 6, green: 6, blue: 6 });
  });
});

describe('the flicker map', () => {
  it('is the mean over time of certain differences, with its colours', () => {
    const map = new FlickerMap(3, 1);
    expect(map.mean()).toBeUndefined();
    // c·|x − ω|²: pixel 1 differs by 0.2 in each channel at certainty 1, then at ½; pixel 2 never.
    const squares = (c: number) => Float64Array.of(0, c * 3 * 0.04, 0);
    map.add({ squares: squares(1), weights: Float32Array.of(1, 1, 1) });
    map.add({ squares: squares(0.5), weights: Float32Array.of(1, 0.5, 0) });
    const mean = map.mean();
    expect(mean?.data[1]).toBeCloseTo((0.2 + 0.1) / 2, 6);
    const summary = summariseFlicker(mean!, 1);
    expect(summary).toMatchObject({ distance: 1, least: 0, x: 1, y: 0 });
    expect(summary.fullScale).toBeCloseTo(0.15, 6);
  });

  it('is brightest at full scale, with the scale below', () => {
    const picture = scaledPicture({ width: 2, height: 1, data: Float32Array.of(0, 3) }, 3);
    const pixel = (p: number) =>
      [0, 1, 2].map((c) => Math.round(picture.data[c * picture.width * picture.height + p]));
    expect(pixel(0)).toEqual([0, 0, 4]);
    expect(pixel(1)).toEqual([252, 255, 164]);
    expect(scaleColour(2)).toEqual(scaleColour(1));
    const luma = (share: number) => {
      const [r, g, b] = scaleColour(share);
      return 0.299 * r + 0.587 * g + 0.114 * b;
    };
    for (let k = 0; k < 20; k++) expect(luma((k + 1) / 20)).toBeGreaterThan(luma(k / 20));
    expect(picture.height).toBe(15);
  });
});

describe('axes', () => {
  const whole = { from: 0, to: 100, whole: true };

  it('have round labels that cover the values', () => {
    const axis = linearAxis([0.3, 4.7], { from: 100, to: 0 });
    expect(axis.ticks.map((t) => t.text)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect([axis.place(0), axis.place(5)]).toEqual([100, 0]);
    expect(linearAxis([3, 3], { from: 0, to: 1 }).ticks.length).toBeGreaterThan(1);
    expect(linearAxis([], { from: 0, to: 1 }).ticks.length).toBeGreaterThan(1);
  });

  it('of frames have whole labels and end where the frames do', () => {
    const axis = linearAxis([3, 9], whole);
    expect(axis.ticks.map((t) => t.value)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect([axis.place(3), axis.place(9)]).toEqual([0, 100]);
    expect(linearAxis([4], whole).ticks.map((t) => t.text)).toEqual(['4', '5']);
  });

  it('of energies are powers of ten', () => {
    const axis = logAxis([2, 4e6], { from: 100, to: 0 });
    expect(axis.ticks.map((t) => t.text)).toEqual(['1', '10', '100', '1000', '1e4', '1e5', '1e6', '1e7']);
    expect([axis.place(1), axis.place(1e7)]).toEqual([100, 0]);
    expect(logAxis([10, 10], { from: 0, to: 1 }).ticks).toHaveLength(2);
  });
});

describe('a page', () => {
  const plot = linePlot({
    title: 'Errors & "cuts" <1>',
    xLabel: 'frame',
    yLabel: 'error',
    series: [
      {
        name: 'a<b',
        points: [
          [0, 1],
          [1, 2],
          [2, Number.NaN],
          [3, 4],
        ],
      },
      { name: 'b', points: [], dashed: true },
    ],
    marks: [2, 99],
  });

  it('holds text, tables, pictures and plots, well-formed', () => {
    const html = page('A & B', 'p { color: #222 }', [
      `<p>${escapeText('x < y & "z"')}</p>`,
      table(['name', 'value'], [['<one>', '1']]),
      figure('pictures/a "b".png', "it's"),
      plot,
    ]);
    const parsed = parsePage(html);
    expect(parsed.count('svg')).toBe(1);
    expect(parsed.count('td')).toBe(1);
    expect(parsed.attributes('img', 'src')).toEqual(['pictures/a &quot;b&quot;.png']);
    expect(parsed.text).toContain('&lt;one&gt;');
  });

  it('draws a line that breaks where there is no value, a dot for a lone one, and marks', () => {
    const lines = [...plot.matchAll(/<path d="(M[^"]*)" fill="none" stroke="#0072b2"/g)].map((m) => m[1]);
    expect(lines).toHaveLength(1);
    expect(lines[0].match(/M/g)).toHaveLength(2);
    expect(lines[0].match(/L/g)).toHaveLength(1);
    expect(plot.match(/<circle/g)).toHaveLength(1);
    expect(plot.match(/stroke-dasharray="2 3"/g)).toHaveLength(1);
  });
});
