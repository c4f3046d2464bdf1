import { linePlot, type Series } from './line_plot.js';
import type { DistanceScore, EnergyScore, ScoreReport } from './score_report.js';
import type { StoredEnergy } from './stored_energy.js';

const FRAME = 'frame';

/** `relu1_1` for `style.relu1_1`, the name itself for the others. */
const termName = (name: string): string => name.replace('.', ' ');

export function errorPlot({ distance, frames }: DistanceScore, cuts: readonly number[]): string {
  return linePlot({
    title: `Temporal error at distance ${distance}`,
    xLabel: FRAME,
    yLabel: 'mean square, 0..1 units',
    fromZero: true,
    marks: cuts,
    series: [
      { name: 'over all pixels', points: broken(frames, ({ all }) => all) },
      { name: 'over certain pixels', points: broken(frames, ({ certain }) => certain) },
    ],
  });
}

export function certaintyPlot(errors: readonly DistanceScore[], cuts: readonly number[]): string {
  return linePlot({
    title: 'Certain pixels',
    xLabel: FRAME,
    yLabel: 'per cent',
    fromZero: true,
    marks: cuts,
    series: errors.map(({ distance, frames }) => ({
      name: `distance ${distance}`,
      points: broken(frames, ({ certainShare }) => 100 * certainShare),
    })),
  });
}

export function energyPlot({ terms, frames }: EnergyScore, cuts: readonly number[]): string {
  return linePlot({
    title: 'Energy of each frame, each term before its weight',
    xLabel: FRAME,
    yLabel: 'mean square of features',
    logarithmic: true,
    marks: cuts,
    series: Object.keys(terms).map((name) => ({
      name: termName(name),
      points: broken(frames, (frame) => frame.terms[name]),
    })),
  });
}

export function iterationPlot({ frame, start, iterations, weighted }: StoredEnergy): string {
  const names = Object.keys(iterations[0].terms).filter((name) =>
    iterations.some(({ terms }) => terms[name] > 0),
  );
  const all: Series[] = [
    { name: 'energy', points: iterations.map((r) => [r.iteration, r.energy]), colour: 6 },
    ...names.map((name, k) => ({
      name: termName(name),
      points: iterations.map((r) => [r.iteration, r.terms[name]] as const),
      colour: k < 6 ? k : k + 1,
    })),
  ];
  return linePlot({
    title: `Frame ${frame} (${start}): energy, and its terms ${weighted ? 'weighted' : 'before their weights'}`,
    xLabel: 'iteration',
    yLabel: 'energy',
    logarithmic: true,
    series: all,
  });
}

export function driftPlot({ drift, cuts }: ScoreReport, which: 'mean' | 'contrast'): string {
  const source = which === 'mean' ? 'sourceMean' : 'sourceContrast';
  const colours = { red: 1, green: 2, blue: 0 };
  const lines = (['red', 'green', 'blue'] as const).flatMap((channel): Series[] => [
    {
      name: `${channel}, stylised`,
      colour: colours[channel],
      points: broken(drift.frames, (f) => f[which][channel]),
    },
    {
      name: `${channel}, source`,
      colour: colours[channel],
      dashed: true,
      points: broken(drift.frames, (f) => f[source][channel]),
    },
  ]);
  return linePlot({
    title: which === 'mean' ? 'Mean of each channel' : 'Contrast of each channel (standard deviation)',
    xLabel: FRAME,
    yLabel: 'grey levels, 0..255',
    marks: cuts,
    series: [...lines.filter((_, k) => k % 2 === 0), ...lines.filter((_, k) => k % 2 === 1)],
  });
}

/** Values by frame, with a break wherever frames do not follow each other. */
function broken<T extends { readonly frame: number }>(
  frames: readonly T[],
  value: (frame: T) => number,
): (readonly [number, number])[] {
  return frames.flatMap((f, k) => {
    const point = [f.frame, value(f)] as const;
    const gap = k > 0 && frames[k - 1].frame !== f.frame - 1;
    return gap ? [[f.frame, Number.NaN] as const, point] : [point];
  });
}
