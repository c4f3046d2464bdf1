import type { ScoreReport } from '../render/score/score_report.js';
import { type ScoreTable, scoreTables } from '../render/score/score_table.js';

/** Between two columns. */
const GAP = '  ';

/** A score for people, 80 columns wide unless names are long. */
export function scoreLines(report: ScoreReport): string[] {
  const { frames, width, height, cuts } = report;
  const left =
    cuts.length > 0 ? `, pairs across ${cuts.length} cut${cuts.length === 1 ? '' : 's'} left out` : '';
  const tables = scoreTables(report).map(tableLines);
  return [
    `${frames.length} frame${frames.length === 1 ? '' : 's'} of ${width}x${height}${left}`,
    ...tables.flatMap((lines) => ['', ...lines]),
  ];
}

function tableLines({ headings, rows }: ScoreTable): string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join(GAP)
      .trimEnd(),
  );
}
