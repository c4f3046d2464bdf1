import type { BlockEdges } from './block_edges.js';
import type { Channels } from './drift.js';
import type { DistanceScore, ScoreReport } from './score_report.js';

/** A part of a score for people; the first column names its row. */
export interface ScoreTable {
  /** What it is about. */
  readonly name: 'error' | 'flicker' | 'energy' | 'grid' | 'drift';
  /** One for each column, the first says what the rows are. */
  readonly headings: readonly string[];
  /** As text. */
  readonly rows: readonly (readonly string[])[];
}

/** Three significant digits, with an exponent where the number is small or large. */
export function scoreNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(3))) : value.toExponential(2);
}

/**
 * The figures of a score as tables, for whoever shows them. Never throws.
 * @param report What was measured.
 */
export function scoreTables(report: ScoreReport): ScoreTable[] {
  const { errors, flicker, energy, blockEdges, drift } = report;
  const tables: ScoreTable[] = [
    {
      name: 'error',
      headings: ['temporal error', 'all pixels', 'certain', 'share', 'pairs', 'worst frame', 'flow'],
      rows: errors.map(errorRow),
    },
  ];
  if (flicker)
    tables.push({
      name: 'flicker',
      headings: ['flicker', 'mean', 'least', 'greatest', 'at'],
      rows: [
        [
          `distance ${flicker.distance}`,
          ...[flicker.mean, flicker.least, flicker.greatest].map(scoreNumber),
          `x ${flicker.x}, y ${flicker.y}`,
        ],
      ],
    });
  tables.push({
    name: 'energy',
    headings: [`energy (${energy.network})`, 'mean', 'worst frame'],
    rows: Object.entries(energy.terms).map(([term, { mean, worst, worstFrame }]) => [
      term.replace('.', ' '),
      scoreNumber(mean),
      `${worstFrame} (${scoreNumber(worst)})`,
    ]),
  });
  if (blockEdges.stylised)
    tables.push({
      name: 'grid',
      headings: ['grid of 8 px', 'columns', 'rows', 'steps at block edges by those elsewhere'],
      rows: [
        edgesRow('stylised', blockEdges.stylised),
        ...(blockEdges.source ? [edgesRow('source', blockEdges.source)] : []),
      ],
    });
  tables.push({
    name: 'drift',
    headings: ['drift', 'red', 'green', 'blue', '% of range in 100 frames'],
    rows: [
      ['mean', ...channelTexts(drift.mean), "beside the source's own:"],
      ['source mean', ...channelTexts(drift.sourceMean), ''],
      ['contrast', ...channelTexts(drift.contrast), "beside the source's own:"],
      ['source contrast', ...channelTexts(drift.sourceContrast), ''],
    ],
  });
  return tables;
}

function edgesRow(name: string, { columns, rows }: BlockEdges): string[] {
  return [name, columns.toFixed(2), rows.toFixed(2), ''];
}

function errorRow({ distance, flow, pairs, all, certain, certainShare }: DistanceScore): string[] {
  if (!all || !certain) return [`distance ${distance}`, '-', '-', '-', '0', '-', '-'];
  return [
    `distance ${distance}`,
    scoreNumber(all.mean),
    scoreNumber(certain.mean),
    `${Math.round(100 * certainShare)} %`,
    String(pairs),
    `${all.worstFrame} (${scoreNumber(all.worst)})`,
    flow,
  ];
}

function channelTexts({ red, green, blue }: Channels): string[] {
  return [red, green, blue].map((value) => {
    const text = Math.abs(value).toFixed(2);
    return Number(text) === 0 ? text : `${value < 0 ? '-' : '+'}${text}`;
  });
}
