import { printable } from '../printable.js';
import { networkFileBad } from './safetensors.js';

/** What a network wants done to an RGB picture 0..255 before its first convolution. */
export interface NetworkInput {
  /** Mean pixel to subtract, in R, G, B order whatever the network's own order is; 0..255. */
  readonly mean: readonly [number, number, number];
  /** The order of the first convolution's three input channels in the file. */
  readonly channelOrder: 'RGB' | 'BGR';
}

/**
 * Reads the input convention from a weights file's metadata: the formal keys `channel_order` ("RGB" or "BGR")
 * and `mean` (JSON, three numbers in that order) where present, else the free text `input`, which names the
 * order as a word and the mean as `B=103.939 G=116.779 R=123.68` or as three numbers in brackets.
 * There is no fallback: a guessed order would paint with red and blue exchanged and nobody told.
 */
export function readNetworkInput(metadata: Readonly<Record<string, string>>, path: string): NetworkInput {
  const text = metadata.input ?? '';
  const channelOrder = metadata.channel_order ?? text.match(/\b(RGB|BGR)\b/)?.[1];
  if (channelOrder !== 'RGB' && channelOrder !== 'BGR')
    throw networkFileBad(
      path,
      `its metadata must say channel_order "RGB" or "BGR", found ${channelOrder ? `"${printable(channelOrder)}"` : 'none'}`,
    );
  const mean = metadata.mean === undefined ? meanFromText(text, channelOrder) : formalMean(metadata.mean);
  if (mean?.length !== 3 || !mean.every((v) => Number.isFinite(v)))
    throw networkFileBad(
      path,
      `its metadata must say mean as three numbers, found "${printable(metadata.mean ?? text)}"`,
    );
  const [a, b, c] = mean;
  return { channelOrder, mean: channelOrder === 'RGB' ? [a, b, c] : [c, b, a] };
}

function formalMean(text: string): number[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map((v) => (typeof v === 'number' ? v : Number.NaN)) : undefined;
  } catch {
    return undefined;
  }
}

function meanFromText(text: string, order: 'RGB' | 'BGR'): number[] | undefined {
  const labelled = [...order].map((letter) => text.match(new RegExp(`\\b${letter}\\s*=\\s*([\\d.]+)`))?.[1]);
  if (labelled.every((v) => v !== undefined)) return labelled.map(Number);
  const open = text.search(/[([]/);
  const inner = text.slice(open + 1);
  const close = inner.search(/[)\]]/);
  return open < 0 || close < 0 ? undefined : inner.slice(0, close).split(',').map(Number);
}
