import { basename, extname } from 'node:path';
import { invalidArgument } from '../../error.js';
import type { Settings } from '../options/setting_types.js';

/** Where a mask comes from. */
export type MaskSource =
  /** A picture, a film or a folder of pictures; with `frame`, a picture that is of this frame alone. */
  | { readonly kind: 'file'; readonly path: string; readonly frame?: number }
  /** The source's luma, or how far it lies within bounds, all 0..1. */
  | { readonly kind: 'luma'; readonly bounds?: readonly [low: number, high: number] }
  /** The source's alpha. */
  | { readonly kind: 'alpha' };

/** One `--mask`: which painting, and where. */
export interface MaskSpec {
  /** Place of the painting among those of `--style`, from 0. */
  readonly style: number;
  readonly source: MaskSource;
  /** `not:`: where the mask is not. */
  readonly inverted: boolean;
  /** As it was given, without the painting. */
  readonly text: string;
}

/**
 * The masks of `--mask`, in the order given.
 * @throws NstError usage INVALID_ARGUMENT.
 */
export function maskSpecs({ mask, maskCarry, style }: Settings): MaskSpec[] {
  return mask.map((pair) => {
    const [key, text] = splitPair('--mask', pair);
    const inverted = text.startsWith(NOT);
    const source = parseSource(pair, inverted ? text.slice(NOT.length) : text, maskCarry);
    return { style: styleOf('--mask', key, style), source, inverted, text };
  });
}

/** Which part of which painting `--style-mask` says: files by the painting's place. Throws as maskSpecs. */
export function styleMaskFiles({ styleMask, style }: Settings): Map<number, string> {
  const files = new Map<number, string>();
  for (const pair of styleMask) {
    const [key, path] = splitPair('--style-mask', pair);
    const place = styleOf('--style-mask', key, style);
    if (files.has(place)) throw invalidArgument('--style-mask', 'one mask for each painting', pair);
    files.set(place, path);
  }
  return files;
}

/** A pair with the file in it, where it names one, put where `place` says: a settings file's are beside it. */
export function placePair(pair: string, place: (path: string) => string): string {
  const [, head, path] = /^([^=]*=(?:not:)?)(.*)$/.exec(pair) ?? [];
  return path === undefined || isKey(path) ? pair : head + place(path);
}

const NOT = 'not:';

const isKey = (text: string): boolean => text === 'alpha' || text === 'luma' || text.startsWith('luma:');

function splitPair(flag: string, pair: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1 || at === pair.length - 1)
    throw invalidArgument(flag, 'a painting and its mask such as 1=sky.png', pair);
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

/** A painting by its number, or by its file's name without the ending; `style` where there is one only. */
function styleOf(flag: string, key: string, paths: readonly string[]): number {
  const names = paths.map((path) => basename(path, extname(path)));
  const same = (name: string) => name.toLowerCase() === key.toLowerCase();
  const named = names.findIndex(same);
  if (named >= 0 && names.filter(same).length === 1) return named;
  if (paths.length === 1 && key === 'style') return 0;
  if (/^\d+$/.test(key) && Number(key) >= 1 && Number(key) <= paths.length) return Number(key) - 1;
  throw invalidArgument(
    flag,
    `a painting of --style: ${paths.map((_, i) => i + 1).join(', ')} or ${names.join(', ')}`,
    key,
    names,
  );
}

function parseSource(pair: string, text: string, carried: boolean): MaskSource {
  if (text === 'alpha' || text === 'luma') return { kind: text };
  if (text.startsWith('luma:')) {
    const [, low, high] = /^luma:([\d.]+)-([\d.]+)$/.exec(text) ?? [];
    const bounds = [Number(low), Number(high)] as const;
    if (!(bounds[0] >= 0 && bounds[0] <= bounds[1] && bounds[1] <= 1))
      throw invalidArgument('--mask', 'luma:LOW-HIGH with bounds from 0 to 1 such as luma:0.6-1', pair);
    return { kind: 'luma', bounds };
  }
  const [, path, frame] = (carried && /^(.+)@(\d+)$/.exec(text)) || [];
  return path === undefined ? { kind: 'file', path: text } : { kind: 'file', path, frame: Number(frame) };
}
