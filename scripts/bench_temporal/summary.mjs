// From figures of runs to a table and to which expectations hold.
import { betweenMarkers } from '../between_markers.mjs';
import { METHODS } from './methods.mjs';

/** The figures of a run: how they are taken from its record, their heading, unit and digits. */
export const FIGURES = {
  near: { of: (r) => r.errors[1]?.certain, heading: 'error, 1 back', scale: 1e3, digits: 2 },
  far: { of: (r) => r.errors[5]?.certain, heading: 'error, 5 back', scale: 1e3, digits: 2 },
  all: { of: (r) => r.errors[1]?.all, heading: 'error, 1 back, all pixels', scale: 1e3, digits: 2 },
  style: { of: (r) => r.styleEnergy, heading: 'style energy', scale: 1e-6, digits: 2 },
  square: { of: (r) => r.likeness?.square, heading: 'difference', scale: 1e3, digits: 2 },
  correlation: { of: (r) => r.likeness?.correlation, heading: 'correlation', scale: 1, digits: 3 },
  bandStyle: { of: (r) => r.band?.style, heading: 'style energy, band ÷ rest', scale: 1, digits: 3 },
  bandError: { of: (r) => r.band?.error, heading: 'error in the band, 1 back', scale: 1e3, digits: 2 },
};

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * Mean of a figure over styles, of each over its seeds, so that a style with more takes counts no more; and its
 * spread over seeds: the standard deviation of the takes of one style, root mean square over styles, undefined with
 * one take of each. Undefined where no run has the figure.
 */
export function statistic(runs, figure) {
  const byStyle = new Map();
  for (const run of runs) {
    const value = FIGURES[figure].of(run);
    if (value === undefined) continue;
    byStyle.set(run.style, [...(byStyle.get(run.style) ?? []), value]);
  }
  if (byStyle.size === 0) return undefined;
  const groups = [...byStyle.values()];
  const variance = (values) => {
    const centre = mean(values);
    return values.reduce((s, v) => s + (v - centre) ** 2, 0) / (values.length - 1);
  };
  const several = groups.filter((values) => values.length > 1);
  const spread = several.length > 0 ? Math.sqrt(mean(several.map(variance))) : undefined;
  return { mean: mean(groups.map(mean)), spread };
}

function show(runs, figure) {
  const found = statistic(runs, figure);
  if (!found) return '–';
  const { scale, digits } = FIGURES[figure];
  const amount = (value) => (scale * value).toFixed(digits);
  return found.spread === undefined ? amount(found.mean) : `${amount(found.mean)} ± ${amount(found.spread)}`;
}

const ofMethod = (runs, subject, method) => runs.filter((r) => r.subject === subject && r.method === method);

function table(runs, subjects, figures, withSubject) {
  const headings = [...(withSubject ? ['scene'] : []), 'method', ...figures.map((f) => FIGURES[f].heading)];
  const lines = [`| ${headings.join(' | ')} |`, `|${'---|'.repeat(headings.length)}`];
  for (const subject of subjects) {
    let first = true;
    for (const [method, { title }] of Object.entries(METHODS)) {
      const own = ofMethod(runs, subject, method);
      if (own.length === 0) continue;
      const name = withSubject ? [first ? subject : ''] : [];
      lines.push(`| ${[...name, title, ...figures.map((f) => show(own, f))].join(' | ')} |`);
      first = false;
    }
  }
  return lines.join('\n');
}

/** The tables of docs/steadiness.md, in Markdown. */
export function tables(runs, subjects) {
  const parts = [table(runs, subjects, ['near', 'far', 'all', 'style'], true)];
  const special = (subject, figures, title) => {
    if (runs.some((r) => r.subject === subject))
      parts.push(`${title}\n\n${table(runs, [subject], figures, false)}`);
  };
  special(
    'pole',
    ['square', 'correlation'],
    'The thing that comes back from behind the pole, against its paint before:',
  );
  special('pan', ['bandStyle', 'bandError'], 'The band of 24 px that the pan has just uncovered:');
  return parts.join('\n\n');
}

/**
 * What the benchmark is to show: `lower` has less of a figure than `higher`, by more than the spread over seeds
 * (`step`), or at least not more by more than the spread.
 */
const EXPECTED = [
  { figure: 'near', higher: 'noise', lower: 'previous', step: true },
  { figure: 'near', higher: 'alone', lower: 'previous', step: true },
  { figure: 'near', higher: 'previous', lower: 'warped', step: true, except: { static: 'nothing moves' } },
  { figure: 'near', higher: 'warped', lower: 'short', step: false },
  { figure: 'square', higher: 'short', lower: 'long', step: true },
  { figure: 'correlation', higher: 'long', lower: 'short', step: true },
  { figure: 'bandStyle', higher: 'multipass', lower: 'short', step: true },
];

/** Each expectation in words, and whether it holds: `yes`, `no`, or why the scene cannot show it. */
export function expectations(runs, subjects) {
  return subjects.flatMap((subject) =>
    EXPECTED.flatMap(({ figure, higher, lower, step, except }) => {
      const high = statistic(ofMethod(runs, subject, higher), figure);
      const low = statistic(ofMethod(runs, subject, lower), figure);
      if (!high || !low) return [];
      // One take tells nothing of chance: then any difference counts, and the words say so.
      const spread = Math.max(high.spread ?? 0, low.spread ?? 0);
      const several = high.spread !== undefined && low.spread !== undefined;
      const difference = high.mean - low.mean;
      const holds = step ? difference > spread : difference >= -spread;
      const { scale, digits, heading } = FIGURES[figure];
      const amount = (v) => (scale * v).toFixed(digits);
      const reason = except?.[subject];
      return {
        subject,
        holds,
        reason,
        text: `${heading}: ${higher} ${step ? '>' : '≥'} ${lower}: ${amount(high.mean)}, ${amount(low.mean)}, ${several ? `spread ${amount(spread)}` : 'one take alone'}`,
      };
    }),
  );
}

const MARKERS = ['<!-- bench:temporal -->', '<!-- /bench:temporal -->'];

/** A page with its tables replaced. Throws where their markers are missing. */
export const withTables = (page, text) => betweenMarkers(page, MARKERS, text);
