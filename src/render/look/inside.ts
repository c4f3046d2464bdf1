import { setImmediate } from 'node:timers/promises';
import { invalidArgument } from '../../error.js';
import { type Channel, channelName, channelsOf } from '../../nst/look/neuron.js';
import type { Network } from '../../nst/network.js';
import type { JobContext } from '../job.js';
import type { InsideSettings } from '../options/inside_settings.js';

/** What every kind of look is given. */
export interface Inside {
  readonly network: Network;
  readonly context: JobContext;
}

/** One of the pictures that a look has made. */
export interface Seen {
  /** What it shows, as it stands on the sheet: `relu4_1/12`, with its place where it is one neuron's. */
  readonly name: string;
  /** How strongly that answers to it; undefined of a filter. */
  readonly response?: number;
  /** The neuron's place in its layer, from 0; undefined where it is a whole channel. */
  readonly place?: { readonly x: number; readonly y: number };
  /** The file or the frame that a patch is of; undefined otherwise. */
  readonly source?: string;
}

/** Tells of one more part of the work, and lets whoever wants to stop it be heard: an evaluation blocks the thread. */
export async function told(
  { emit, signal }: JobContext,
  what: string,
  place: number,
  count: number,
): Promise<void> {
  emit({ type: 'inside', what, place, count });
  await setImmediate();
  signal.throwIfAborted();
}

/** What `--neuron` names: channels, or layers of which some are to be chosen. */
export interface Wanted {
  readonly layer: string;
  /** From 0; undefined for the layer. */
  readonly channel: number | undefined;
}

/** Reads `--neuron`. Throws `NstError` usage INVALID_ARGUMENT, LAYER_UNKNOWN. */
export function wantedNeurons(network: Network, { neuron }: Pick<InsideSettings, 'neuron'>): Wanted[] {
  const expected = 'a layer or one of its channels, such as relu4_1 or relu4_1/12';
  if (neuron.length === 0) throw invalidArgument('--neuron', expected, undefined);
  return neuron.map((text) => {
    const [, layer, channel] = text.match(/^([\w.]+?)(?:\/(\d{1,6}))?$/) ?? [];
    if (layer === undefined) throw invalidArgument('--neuron', expected, text);
    const channels = channelsOf(network, layer);
    const number = channel === undefined ? undefined : Number(channel);
    if (number !== undefined && number >= channels)
      throw invalidArgument('--neuron', `a channel of ${layer} from 0 to ${channels - 1}`, text);
    return { layer, channel: number };
  });
}

/** The channels wanted of one entry of `--neuron`: itself, or those that `choose` puts first in its layer. */
export function channelsWanted({ layer, channel }: Wanted, choose: () => readonly number[]): Channel[] {
  const channels = channel === undefined ? choose() : [channel];
  return channels.map((one) => ({ layer, channel: one }));
}

/** `relu4_1/12 at 320,180`, the pixel at the middle of what the neuron sees. */
export function neuronName(channel: Channel, stride: number, { x, y }: { x: number; y: number }): string {
  const middle = (i: number) => Math.floor(stride * (i + 0.5));
  return `${channelName(channel)} at ${middle(x)},${middle(y)}`;
}

/** Reads `--at` of a picture of this size. Throws `NstError` usage INVALID_ARGUMENT. */
export function pixelOf(at: string, width: number, height: number): { x: number; y: number } {
  const [, x, y] = at.match(/^\s*(\d{1,6})\s*,\s*(\d{1,6})\s*$/) ?? [];
  if (x === undefined || Number(x) >= width || Number(y) >= height)
    throw invalidArgument('--at', `a pixel x,y of a picture of ${width}x${height}`, at);
  return { x: Number(x), y: Number(y) };
}
