import type { IterationRecord } from '../../nst/minimise.js';
import { linePlot } from '../score/line_plot.js';

/** What one optimiser found, evaluation by evaluation. */
export interface Curve {
  /** `L-BFGS`, `Adam 0.1`. */
  readonly name: string;
  /** Energy and terms, these times their weights. */
  readonly records: readonly IterationRecord[];
}

/** The terms that any curve has, in their order; those that are 0 throughout are none. */
export function curveTerms(curves: readonly Curve[]): string[] {
  const records = curves.flatMap((curve) => curve.records);
  return Object.keys(records[0]?.terms ?? {}).filter((term) =>
    records.some(({ terms }) => terms[term] !== 0),
  );
}

/** Evaluations as rows, `optimizer,evaluation,energy,TERM…`; the terms times their weights: they sum to the energy. */
export function curvesCsv(curves: readonly Curve[]): string {
  const terms = curveTerms(curves);
  const rows = curves.flatMap(({ name, records }) =>
    records.map((r) => [name, r.iteration, r.energy, ...terms.map((term) => r.terms[term])].join(',')),
  );
  return `${[['optimizer', 'evaluation', 'energy', ...terms].join(','), ...rows].join('\n')}\n`;
}

/** Plots side by side. */
const COLUMNS = 2;

/** Energy against evaluations as SVG: the whole first, then each term times its weight. */
export function curvesPlot(curves: readonly Curve[]): string {
  const plot = (title: string, value: (record: IterationRecord) => number) =>
    linePlot({
      title,
      xLabel: 'evaluation',
      yLabel: 'energy',
      logarithmic: true,
      series: curves.map(({ name, records }) => ({
        name,
        points: records.map((r) => [r.iteration, value(r)] as const),
      })),
    });
  return sheet([
    plot('Energy', ({ energy }) => energy),
    ...curveTerms(curves).map((term) => plot(term.replace('.', ' '), ({ terms }) => terms[term])),
  ]);
}

function sheet(plots: readonly string[]): string {
  const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(plots[0])!.map(Number);
  const places = plots.map((svg, k) => {
    const [x, y] = [(k % COLUMNS) * width, Math.floor(k / COLUMNS) * height];
    return svg.replace('<svg ', `<svg x="${x}" y="${y}" width="${width}" height="${height}" `);
  });
  const size = [COLUMNS * width, Math.ceil(plots.length / COLUMNS) * height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size.join(' ')}">`,
    `<rect width="${size[0]}" height="${size[1]}" fill="#fff"/>`,
    ...places,
    '</svg>',
    '',
  ].join('\n');
}
