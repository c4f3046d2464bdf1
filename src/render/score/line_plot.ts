import { type Axis, linearAxis, logAxis } from './axis.js';
import { escapeText } from './html.js';

/** One line of a plot. */
export interface Series {
  readonly name: string;
  /** Ascending in x. A value that is no number, or not positive on a logarithmic axis, breaks the line. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dashed, for what is only compared with. */
  readonly dashed?: boolean;
  /** Which of the plot's colours; by default its place among the series. */
  readonly colour?: number;
}

export interface PlotOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Whether equal ratios are equally far apart in y. */
  readonly logarithmic?: boolean;
  /** Whether 0 is on the y axis whatever the values; not on a logarithmic one. */
  readonly fromZero?: boolean;
  /** Where upright lines stand, such as cuts. */
  readonly marks?: readonly number[];
}

/** Colours that remain apart for most colour-blind eyes (Wong 2011, "Points of view: Color blindness"), on white. */
const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#b8860b',
  '#56b4e9',
  '#000000',
  '#8a2be2',
  '#7f7f7f',
];

const WIDTH = 760;
const HEIGHT = 260;
const INNER = { left: 74, right: WIDTH - 14, top: 30, bottom: HEIGHT - 62 };
/** Width of one entry of the legend: as many stand in a row as fit. */
const ENTRY = 166;
const ROW = 16;

/** A plot as SVG, with axes, grid and legend; it scales with the page. */
export function linePlot(options: PlotOptions): string {
  const { title, xLabel, yLabel, series, logarithmic = false, fromZero = false, marks = [] } = options;
  const usable = ([x, y]: readonly [number, number]) =>
    Number.isFinite(x) && Number.isFinite(y) && (!logarithmic || y > 0);
  const points = series.flatMap((s) => s.points.filter(usable));
  const x = linearAxis(
    points.map((p) => p[0]),
    { from: INNER.left, to: INNER.right, whole: true },
  );
  const ys = points.map((p) => p[1]);
  const yRange = { from: INNER.bottom, to: INNER.top };
  const y = logarithmic ? logAxis(ys, yRange) : linearAxis(fromZero ? [0, ...ys] : ys, yRange);
  const perRow = Math.floor((INNER.right - INNER.left) / ENTRY);
  const height = HEIGHT + Math.max(0, Math.ceil(series.length / perRow) - 1) * ROW;
  const legend = series.map((s, k) =>
    legendEntry(s, k, INNER.left + (k % perRow) * ENTRY, HEIGHT - 10 + Math.floor(k / perRow) * ROW),
  );
  const crossings = marks.filter((m) => m >= x.low && m <= x.high);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(title)}" font-family="sans-serif" font-size="11" fill="#222">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${INNER.left}" y="16" font-size="13" font-weight="bold">${escapeText(title)}</text>`,
    ...grid(x, y),
    ...crossings.map(
      (m) =>
        `<path d="M${px(x.place(m))} ${INNER.top}V${INNER.bottom}" stroke="#999" stroke-dasharray="2 3"/>`,
    ),
    `<text x="${(INNER.left + INNER.right) / 2}" y="${INNER.bottom + 32}" text-anchor="middle">${escapeText(xLabel)}</text>`,
    `<text transform="translate(13 ${(INNER.top + INNER.bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeText(yLabel)}</text>`,
    ...series.map((s, k) => curve(s, k, x, y, usable)),
    ...legend,
    '</svg>',
  ].join('\n');
}

const px = (value: number): string => value.toFixed(1).replace(/\.0$/, '');
const colourOf = ({ colour }: Series, k: number): string => COLOURS[(colour ?? k) % COLOURS.length];
const dash = ({ dashed }: Series): string => (dashed ? ' stroke-dasharray="5 3"' : '');

function grid(x: Axis, y: Axis): string[] {
  return [
    ...y.ticks.flatMap(({ value, text }) => [
      `<path d="M${INNER.left} ${px(y.place(value))}H${INNER.right}" stroke="#e4e4e4"/>`,
      `<text x="${INNER.left - 6}" y="${px(y.place(value) + 4)}" text-anchor="end">${text}</text>`,
    ]),
    ...x.ticks.flatMap(({ value, text }) => [
      `<path d="M${px(x.place(value))} ${INNER.bottom}v4" stroke="#666"/>`,
      `<text x="${px(x.place(value))}" y="${INNER.bottom + 16}" text-anchor="middle">${text}</text>`,
    ]),
    `<path d="M${INNER.left} ${INNER.top}V${INNER.bottom}H${INNER.right}" fill="none" stroke="#666"/>`,
  ];
}

function curve(
  series: Series,
  k: number,
  x: Axis,
  y: Axis,
  usable: (point: readonly [number, number]) => boolean,
): string {
  let path = '';
  let pen = 'M';
  let alone: string[] = [];
  const dots: string[] = [];
  for (const point of series.points) {
    if (!usable(point)) {
      if (alone.length === 1) dots.push(alone[0]);
      [pen, alone] = ['M', []];
      continue;
    }
    const [cx, cy] = [px(x.place(point[0])), px(y.place(point[1]))];
    path += `${pen}${cx} ${cy}`;
    pen = 'L';
    alone.push(`<circle cx="${cx}" cy="${cy}" r="2" fill="${colourOf(series, k)}"/>`);
  }
  // A line of one point has no length.
  if (alone.length === 1) dots.push(alone[0]);
  return [
    `<path d="${path || 'M0 0'}" fill="none" stroke="${colourOf(series, k)}" stroke-width="1.5" stroke-linejoin="round"${dash(series)}/>`,
    ...dots,
  ].join('');
}

function legendEntry(series: Series, k: number, left: number, top: number): string {
  return [
    `<path d="M${left} ${top - 4}h18" stroke="${colourOf(series, k)}" stroke-width="2"${dash(series)}/>`,
    `<text x="${left + 24}" y="${top}">${escapeText(series.name)}</text>`,
  ].join('');
}
