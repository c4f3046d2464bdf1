import { createPicture, type Picture } from '../picture.js';

/** Spaces of one axis of lightness and two of colour. */
export type ColourSpace = (typeof COLOUR_SPACES)[number];
export const COLOUR_SPACES = ['yuv', 'ycbcr', 'lab', 'luv'] as const;

type Values = Float64Array;

/** A space by pixels: colours R'G'B' 0..255 of sRGB, and three values of the space. */
interface Pixels {
  /** Lightness of white; black has 0. */
  readonly white: number;
  /** What the other two values are of a grey. */
  readonly neutral: number;
  readonly from: (out: Values, r: number, g: number, b: number) => void;
  /** To R'G'B' 0..255, or to linear light 0..1; colours that no display has are beyond that, or not finite. */
  readonly to: (out: Values, lightness: number, one: number, other: number) => void;
  readonly most: 255 | 1;
}

/** Weights of R'G'B' in luma, ITU-R BT.601-7 section 2.5.1: also JPEG's, and those of programs that speak of YUV. */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];

/** Y, and what B' and R' differ from it, each by a factor: BT.601's form of colours. */
function differences(blueFactor: number, redFactor: number, neutral: number): Pixels {
  return {
    white: 255,
    neutral,
    most: 255,
    from(out, r, g, b) {
      const y = RED * r + GREEN * g + BLUE * b;
      out[0] = y;
      out[1] = neutral + blueFactor * (b - y);
      out[2] = neutral + redFactor * (r - y);
    },
    to(out, y, one, other) {
      const b = y + (one - neutral) / blueFactor;
      const r = y + (other - neutral) / redFactor;
      out[0] = r;
      out[1] = (y - RED * r - BLUE * b) / GREEN;
      out[2] = b;
    },
  };
}

/** Linear light of the primaries of sRGB (BT.709's) to CIE XYZ, white D65 (IEC 61966-2-1), by rows; and back. */
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
] as const;
const FROM_XYZ = [
  [3.2404542, -1.5371385, -0.4985314],
  [-0.969266, 1.8760108, 0.041556],
  [0.0556434, -0.2040259, 1.0572252],
] as const;
/** D65 as the rows add up to, so that greys have no colour at all. */
const [WHITE_X, WHITE_Y, WHITE_Z] = TO_XYZ.map(([r, g, b]) => r + g + b);

/** sRGB's transfer, 0..255 to light 0..1 and back. */
const exactLight = (v: number): number =>
  v <= 0.04045 * 255 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
/** Every 1/16 of a code value: linearly between them it is wrong by less than a thousandth of one. */
const LIGHTS = Float64Array.from({ length: 255 * 16 + 2 }, (_, i) => exactLight(i / 16));
function light(v: number): number {
  const place = 16 * v;
  const below = Math.floor(place);
  return LIGHTS[below] + (place - below) * (LIGHTS[below + 1] - LIGHTS[below]);
}
const code = (l: number): number => 255 * (l <= 0.0031308 ? 12.92 * l : 1.055 * l ** (1 / 2.4) - 0.055);

function toXyz(out: Values, r: number, g: number, b: number): void {
  const [lr, lg, lb] = [light(r), light(g), light(b)];
  for (let i = 0; i < 3; i++) out[i] = TO_XYZ[i][0] * lr + TO_XYZ[i][1] * lg + TO_XYZ[i][2] * lb;
}

function fromXyz(out: Values, x: number, y: number, z: number): void {
  for (let i = 0; i < 3; i++) out[i] = FROM_XYZ[i][0] * x + FROM_XYZ[i][1] * y + FROM_XYZ[i][2] * z;
}

/** CIE 15:2004, 8.2.1.1: the cube root, and the line it has for the darkest colours; and back. */
const CUT = 6 / 29;
const root = (t: number): number => (t > CUT ** 3 ? Math.cbrt(t) : t / (3 * CUT ** 2) + 4 / 29);
const cube = (f: number): number => (f > CUT ? f ** 3 : 3 * CUT ** 2 * (f - 4 / 29));

const LAB: Pixels = {
  white: 100,
  neutral: 0,
  most: 1,
  from(out, r, g, b) {
    toXyz(out, r, g, b);
    const [x, y, z] = [root(out[0] / WHITE_X), root(out[1] / WHITE_Y), root(out[2] / WHITE_Z)];
    out[0] = 116 * y - 16;
    out[1] = 500 * (x - y);
    out[2] = 200 * (y - z);
  },
  to(out, lightness, a, b) {
    const y = (lightness + 16) / 116;
    fromXyz(out, WHITE_X * cube(y + a / 500), WHITE_Y * cube(y), WHITE_Z * cube(y - b / 200));
  },
};

/** CIE 1976 u′, v′ of white. */
const WHITE_U = (4 * WHITE_X) / (WHITE_X + 15 * WHITE_Y + 3 * WHITE_Z);
const WHITE_V = (9 * WHITE_Y) / (WHITE_X + 15 * WHITE_Y + 3 * WHITE_Z);

const LUV: Pixels = {
  white: 100,
  neutral: 0,
  most: 1,
  from(out, r, g, b) {
    toXyz(out, r, g, b);
    const [x, y, z] = out;
    const sum = x + 15 * y + 3 * z;
    const lightness = 116 * root(y / WHITE_Y) - 16;
    out[0] = lightness;
    // Black has no colour.
    out[1] = sum > 0 ? 13 * lightness * ((4 * x) / sum - WHITE_U) : 0;
    out[2] = sum > 0 ? 13 * lightness * ((9 * y) / sum - WHITE_V) : 0;
  },
  to(out, lightness, u, v) {
    if (lightness <= 0) return void out.fill(0);
    const y = WHITE_Y * cube((lightness + 16) / 116);
    const u1 = u / (13 * lightness) + WHITE_U;
    const v1 = v / (13 * lightness) + WHITE_V;
    // v′ falls to 0 only far beyond the spectrum's colours.
    if (v1 <= 0) return void out.fill(Number.NaN);
    fromXyz(out, (y * 9 * u1) / (4 * v1), y, (y * (12 - 3 * u1 - 20 * v1)) / (4 * v1));
  },
};

/**
 * `yuv`: BT.601's luma with U and V up to ±0.436 and ±0.615 of it as in PAL; `ycbcr`: the same luma with Cb and Cr
 * scaled to 0..255 about 128, as in JPEG (ITU-T T.871); `lab` and `luv`: CIE 1976 L*a*b* and L*u*v*, white D65.
 */
const SPACES: Readonly<Record<ColourSpace, Pixels>> = {
  yuv: differences(0.436 / (1 - BLUE), 0.615 / (1 - RED), 0),
  ycbcr: differences(0.5 / (1 - BLUE), 0.5 / (1 - RED), 128),
  lab: LAB,
  luv: LUV,
};

/** A picture's values in a space, as planes `[3,H,W]`, lightness first. Values beyond 0..255 count as clipped. */
export function toSpace({ width, height, data }: Picture, space: ColourSpace): Picture {
  const { from } = SPACES[space];
  const n = width * height;
  const out = createPicture(width, height);
  const values = new Float64Array(3);
  const clip = (v: number) => Math.min(255, Math.max(0, v));
  for (let i = 0; i < n; i++) {
    from(values, clip(data[i]), clip(data[n + i]), clip(data[2 * n + i]));
    for (let c = 0; c < 3; c++) out.data[c * n + i] = values[c];
  }
  return out;
}

/**
 * The picture of planes in a space, 0..255. A colour that no display has comes nearer to grey, its lightness and hue
 * kept, until one has it; clipping R'G'B' instead would darken what is bright and colourful. Lightness is clipped.
 */
export function fromSpace({ width, height, data }: Picture, space: ColourSpace): Picture {
  const { to, white, neutral, most } = SPACES[space];
  const encode = most === 1 ? code : (v: number) => v;
  const n = width * height;
  const out = createPicture(width, height);
  const values = new Float64Array(3);
  for (let i = 0; i < n; i++) {
    const lightness = Math.min(white, Math.max(0, data[i]));
    const one = data[n + i] - neutral;
    const other = data[2 * n + i] - neutral;
    to(values, lightness, neutral + one, neutral + other);
    if (!isShown(values, most)) {
      let [inside, outside] = [0, 1];
      for (let step = 0; step < BISECTIONS; step++) {
        const share = (inside + outside) / 2;
        to(values, lightness, neutral + share * one, neutral + share * other);
        if (isShown(values, most)) inside = share;
        else outside = share;
      }
      to(values, lightness, neutral + inside * one, neutral + inside * other);
    }
    for (let c = 0; c < 3; c++) out.data[c * n + i] = Math.min(255, Math.max(0, encode(values[c])));
  }
  return out;
}

/** What rounding leaves beyond the least and the most, as a share of that. */
const ROUNDING = 1e-6;
/** 1/256 of a colour's distance from grey. */
const BISECTIONS = 8;

function isShown(values: Values, most: number): boolean {
  const [least, greatest] = [-ROUNDING * most, (1 + ROUNDING) * most];
  for (let c = 0; c < 3; c++) if (!(values[c] >= least && values[c] <= greatest)) return false;
  return true;
}

/** What the colour axes of a grey are. */
export const neutralOf = (space: ColourSpace): number => SPACES[space].neutral;
