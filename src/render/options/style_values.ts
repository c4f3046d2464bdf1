/** What options about paintings take, as it is given: text of the command line, or values of a settings file or program. */

import type { CropShares } from './setting_types.js';

const numbersIn = (text: string): number[] =>
  text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));

/** `3,1`, or a list of numbers; undefined for anything else. */
export function numbersOf(
  found: unknown,
  { min, max }: { readonly min: number; readonly max: number },
): number[] | undefined {
  // None is what the default may be.
  const numbers = String(found) === '' ? [] : numbersIn(String(found));
  return numbers.every((n) => n >= min && n <= max) ? numbers : undefined;
}

/** 0.9 and 0.1 need not make 1. */
const ROUNDING = 1e-9;

/** Rectangles, each `x,y,w,h` or four numbers; one alone need not be in a list. Undefined for anything else. */
export function rectanglesOf(found: unknown): CropShares[] | undefined {
  const one = Array.isArray(found) && typeof found[0] === 'number';
  const rectangles = listed(one ? [found] : found).map((rectangle): CropShares | undefined => {
    const [x, y, w, h, ...more] = numbersIn(String(rectangle));
    const inside = x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 1 + ROUNDING && y + h <= 1 + ROUNDING;
    return inside && more.length === 0 ? [x, y, w, h] : undefined;
  });
  return all(rectangles);
}

/** What may be given one by one or, as `showValue` writes it, in one text. */
function listed(found: unknown): unknown[] {
  const given: unknown[] = Array.isArray(found) ? found : [found];
  return given.flatMap((one) => (typeof one === 'string' ? one.split(/\s+/).filter(Boolean) : [one]));
}

function all<T>(values: readonly (T | undefined)[]): T[] | undefined {
  const there = values.filter((value) => value !== undefined);
  return there.length === values.length ? there : undefined;
}

/** When something is to be, as the user says it: the number of a frame, or a time. */
export type Moment = { readonly frame: number } | { readonly seconds: number };

/** What paintings count from a moment on: shares in their order, or by their names. */
export interface ParsedKeyframe {
  readonly at: Moment;
  readonly shares: readonly number[] | ReadonlyMap<string, number>;
}

/** Keyframes as text, whichever way they are given; undefined for anything else. */
export function keyframesOf(found: unknown): string[] | undefined {
  const texts = listed(found).map((given) => (isTable(given) ? textOf(given) : String(given)));
  return all(texts.map((text) => (readKeyframe(text) ? text : undefined)));
}

const isTable = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

/** A painting may have any name: what means something here is written as in web addresses. */
function textOf({ at, ...shares }: Record<string, unknown>): string {
  const list = Object.entries(shares).map(([painting, share]) => `${encodeURIComponent(painting)}=${share}`);
  return `${at}:${list.join(',')}`;
}

/** `8s:0,1`, `120:0,1` or `8s:wave=0,scream=1`; undefined for anything else. */
export function readKeyframe(text: string): ParsedKeyframe | undefined {
  const [, when = '', list = ''] = text.match(/^([^=]+):([^:]+)$/) ?? [];
  const seconds = secondsOf(when);
  const at = /^\d{1,9}$/.test(when)
    ? { frame: Number(when) }
    : seconds === undefined
      ? undefined
      : { seconds };
  const parts = list.split(',').map((part) => part.match(/^(?:([^=]+)=)?([^=]+)$/) ?? []);
  const values = parts.map(([, , share]) => Number(share));
  const fits = values.every((share) => share >= 0 && share <= MOST) && values.some((share) => share > 0);
  const names = parts.map(([, name]) => name).filter((name) => name !== undefined);
  if (!at || !fits || (names.length > 0 && names.length < parts.length)) return undefined;
  if (names.length === 0) return { at, shares: values };
  const decoded = all(names.map(plainName));
  return decoded && { at, shares: new Map(decoded.map((name, i) => [name, values[i]])) };
}

function plainName(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** The largest share. */
const MOST = 1e6;

/** A time as people write it: `1.20s`, `00:00:01.20`, `01:20`; undefined for anything else. */
export function secondsOf(text: string): number | undefined {
  const plain = /^(\d+(?:\.\d+)?)\s*s$/.exec(text);
  if (plain) return Number(plain[1]);
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text);
  return clock ? Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : undefined;
}
