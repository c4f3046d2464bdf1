import { scaleColour } from './colour_scale.js';
import { escapeText, figure, page, table } from './html.js';
import { certaintyPlot, driftPlot, energyPlot, errorPlot, iterationPlot } from './plots.js';
import type { ScoreReport } from './score_report.js';
import { type ScoreTable, scoreNumber, scoreTables } from './score_table.js';
import type { StoredEnergy } from './stored_energy.js';
import { AMPLIFIED, type WorstFrame } from './worst_frames.js';

/** What the page says of a worst frame, with the files of its pictures. */
export interface ShownFrame extends Pick<WorstFrame, 'error' | 'distance' | 'fullColour'> {
  readonly files: Readonly<
    Record<'source' | 'stylised' | 'warped' | 'difference' | 'flow' | 'certainty', string>
  >;
}

export interface PageContents {
  readonly report: ScoreReport;
  /** The flicker map's file. */
  readonly flicker: string | undefined;
  readonly worst: readonly ShownFrame[];
  readonly stored: readonly StoredEnergy[];
}

const STYLE = `
body { font: 15px/1.5 sans-serif; color: #222; background: #fff; max-width: 1100px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid #ccc }
h3 { font-size: 1em; margin-bottom: .3em }
table { border-collapse: collapse; margin: 1em 0 } th, td { padding: .25em .8em; text-align: right; border-bottom: 1px solid #ddd }
th:first-child { text-align: left } td { font-variant-numeric: tabular-nums }
svg { width: 100%; height: auto; max-width: 900px; display: block; margin: 1em 0 }
figure { margin: 0 } figcaption { font-size: .85em; color: #444 } img { width: 100%; height: auto; display: block }
.three { display: grid; grid-template-columns: repeat(3, 1fr); gap: .8em } .map { max-width: 900px }
.scale { display: flex; justify-content: space-between; font-size: .85em; margin: 0 } .bar { height: 12px }
`;

/** The report as one page; its pictures lie beside it, everything else is in it. */
export function reportPage({ report, flicker, worst, stored }: PageContents): string {
  const { input, stylised, width, height, frames, cuts, errors } = report;
  const span = frames.length > 0 ? ` (${frames[0]} to ${frames[frames.length - 1]})` : '';
  const shots = cuts.length > 0 ? ` Pairs across the cuts at ${cuts.join(', ')} are left out.` : '';
  return page(`Score of ${stylised}`, STYLE, [
    '<h1>How steady it is</h1>',
    paragraph(
      `${stylised}, made of ${input}: ${frames.length} frames${span} of ${width}x${height}.${shots} nst-video ${report.program}.`,
    ),
    '<h2>Temporal error</h2>',
    paragraph(
      'Mean square of each frame against an earlier one moved along by the flow of the source, weighted by certainty, colours taken as 0..1. Over all pixels, and over certain ones, the warping error of Lai et al. 2018. A blurred film scores well here: see the style energy beside it.',
    ),
    tableOf(report, 'error'),
    ...errors.filter(({ pairs }) => pairs > 0).map((score) => errorPlot(score, cuts)),
    certaintyPlot(errors, cuts),
    ...flickerSection(report, flicker),
    ...worstSection(worst),
    ...energySection(report),
    ...storedSection(stored),
    ...gridSection(report),
    ...driftSection(report),
  ]);
}

function tableOf(report: ScoreReport, name: ScoreTable['name']): string {
  const found = scoreTables(report).find((one) => one.name === name);
  return found ? table(found.headings, found.rows) : '';
}

const paragraph = (text: string): string => `<p>${escapeText(text)}</p>`;

function flickerSection(report: ScoreReport, file: string | undefined): string[] {
  const { flicker } = report;
  if (!flicker || !file) return [];
  const { mean, least, greatest, x, y, fullScale, distance } = flicker;
  const stops = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => `rgb(${scaleColour(share).join(' ')})`);
  return [
    '<h2>Where it flickers</h2>',
    paragraph(
      `The mean over time of c·|x − ω| at distance ${distance}: mean ${scoreNumber(mean)}, least ${scoreNumber(least)}, greatest ${scoreNumber(greatest)} at (${x}, ${y}), on a scale where 1 is from black to white.`,
    ),
    `<div class="map">${figure(file, 'Flicker map')}<div class="bar" style="background: linear-gradient(to right, ${stops.join(', ')})"></div><p class="scale"><span>0</span><span>${scoreNumber(fullScale / 2)}</span><span>${scoreNumber(fullScale)} and more</span></p></div>`,
  ];
}

function worstSection(worst: readonly ShownFrame[]): string[] {
  if (worst.length === 0) return [];
  const rows = worst.flatMap(({ error, distance, fullColour, files }) => [
    `<h3>Frame ${error.frame} against frame ${error.frame - distance}: error ${scoreNumber(error.all)} over all pixels, ${scoreNumber(error.certain)} over certain ones</h3>`,
    '<div class="three">',
    figure(files.source, 'Source'),
    figure(files.stylised, 'Stylised'),
    figure(files.warped, 'The earlier stylised frame, moved along'),
    figure(files.difference, `Their difference where motion is certain, ${AMPLIFIED} times`),
    figure(files.flow, `Flow: colour is direction, full colour ${scoreNumber(fullColour)} px`),
    figure(files.certainty, 'Certainty: white is certain'),
    '</div>',
  ]);
  return ['<h2>The worst frames</h2>', ...rows];
}

function energySection(report: ScoreReport): string[] {
  const { energy, cuts } = report;
  if (energy.frames.length === 0) return [];
  return [
    '<h2>Content and style</h2>',
    paragraph(
      `Under the network ${energy.network}, each term before its weight. Less style energy is nearer to the painting, less content energy nearer to the film.`,
    ),
    tableOf(report, 'energy'),
    energyPlot(energy, cuts),
  ];
}

function storedSection(stored: readonly StoredEnergy[]): string[] {
  if (stored.length === 0) return [];
  return [
    '<h2>How painting went</h2>',
    paragraph(
      'Energies as stored in the work folder, of some frames at their own size. Weighted terms add up to the energy.',
    ),
    ...stored.map(iterationPlot),
  ];
}

function gridSection(report: ScoreReport): string[] {
  if (!report.blockEdges.stylised) return [];
  return [
    '<h2>Grid of 8 px</h2>',
    paragraph(
      'The mean step of luma into every eighth column and row, divided by that into all others: about 1, more where blocks show.',
    ),
    tableOf(report, 'grid'),
  ];
}

function driftSection(report: ScoreReport): string[] {
  return [
    '<h2>Drift of colour</h2>',
    paragraph(
      "How means and contrast of the channels wander beside the source's own: per cent of the range in 100 frames. Where the source itself grows lighter or darker, a painting that keeps its tone drifts beside it.",
    ),
    tableOf(report, 'drift'),
    driftPlot(report, 'mean'),
    driftPlot(report, 'contrast'),
  ];
}
