/** A part of an axis that is looked at, and the part of that which counts. */
export interface Span {
  readonly begin: number;
  readonly end: number;
  /** What is right of what is computed here: everything that it depends on lies within. */
  readonly core: { readonly begin: number; readonly end: number };
}

/** A rectangle of a picture, from `y` and `x` on. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle that is looked at, and the one within it that counts. */
export interface Window extends Rectangle {
  readonly core: Rectangle;
}

/**
 * Cuts an axis into `count` windows of one length, clipped inside, whose cores lie side by side and cover it. Only then
 * is the zero padding of a window that of the picture at the picture's border, and thrown away with the halo elsewhere;
 * and one compiled graph serves all windows.
 *
 * @param halo how far what is computed at a place depends on others, px
 * @param align where windows and cores may begin: a power of two, so that poolings meet the same blocks of pixels
 * @returns nothing where so many windows would each be as long as the axis
 */
export function spansOf(
  extent: number,
  count: number,
  { halo, align }: { readonly halo: number; readonly align: number },
): readonly Span[] | undefined {
  if (count === 1) return [{ begin: 0, end: extent, core: { begin: 0, end: extent } }];
  const reach = Math.ceil(halo / align) * align;
  // The last window ends with the picture, so all lengths leave the same rest.
  const rest = extent % align;
  // Cores alone take all of the extent, and two halos lie at every border between them.
  const least = Math.floor((extent + 2 * reach * (count - 1)) / count / align) * align + rest;
  for (let length = Math.max(least, align + rest); length < extent; length += align) {
    const spans = spansOfLength(extent, count, length, { reach, align });
    if (spans) return spans;
  }
  return undefined;
}

function spansOfLength(
  extent: number,
  count: number,
  length: number,
  { reach, align }: { readonly reach: number; readonly align: number },
): readonly Span[] | undefined {
  const steps = (extent - length) / align;
  const begins = Array.from({ length: count }, (_, i) => align * Math.round((i * steps) / (count - 1)));
  // What poolings make of a window ends at its last whole block.
  const whole = length - (length % align);
  const borders = [0];
  for (let i = 1; i < count; i++) {
    const least = begins[i] + reach;
    const most = begins[i - 1] + whole - reach;
    if (least > most) return undefined;
    borders.push(least + align * Math.floor((most - least) / (2 * align)));
  }
  borders.push(extent);
  return begins.map((begin, i) => ({
    begin,
    end: begin + length,
    core: { begin: borders[i], end: borders[i + 1] },
  }));
}

/** The windows of a plane, row by row. */
export function windowsOf(columns: readonly Span[], rows: readonly Span[]): Window[] {
  return rows.flatMap((row) =>
    columns.map((column) => ({ ...rectangle(column, row), core: rectangle(column.core, row.core) })),
  );
}

function rectangle(
  column: { readonly begin: number; readonly end: number },
  row: { readonly begin: number; readonly end: number },
): Rectangle {
  return { x: column.begin, y: row.begin, width: column.end - column.begin, height: row.end - row.begin };
}

/**
 * A window after so many poolings; odd edges are dropped where the window's own poolings, and the picture's, drop them.
 */
export function pooledWindow({ core, ...window }: Window, poolings: number): Window {
  return { ...pooledRectangle(window, poolings), core: pooledRectangle(core, poolings) };
}

function pooledRectangle({ x, y, width, height }: Rectangle, poolings: number): Rectangle {
  return { x: x >> poolings, y: y >> poolings, width: width >> poolings, height: height >> poolings };
}
