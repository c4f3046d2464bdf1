import type { StreamInfo } from './probe.js';

/** How sound is made to suit an encoder. */
export interface SoundFit {
  /** ffmpeg's audio filter, where one is needed. */
  readonly filter?: string;
  /** Options of the encoder. */
  readonly options?: readonly string[];
  /** The end of a sentence on the stream, where its channels are not the source's: `mixed to stereo`. */
  readonly change?: string;
}

/** Opus's layouts by their number of channels (RFC 7845 §5.1.1.2): those of Vorbis. */
const OPUS_LAYOUTS: readonly string[] = ['', 'mono', 'stereo', '3.0', 'quad', '5.0', '5.1', '6.1', '7.1'];
/** The layouts by which ffmpeg takes so many channels where nothing is said of their places. */
const USUAL_LAYOUTS: readonly string[] = ['', 'mono', 'stereo', '2.1', '4.0', '5.0', '5.1', '6.1', '7.1'];
/** The same speakers under the name that encoders know: to the side of the listener or behind. */
const BEHIND: Readonly<Record<string, string>> = {
  'quad(side)': 'quad',
  '5.0(side)': '5.0',
  '5.1(side)': '5.1',
};
/** Codecs have so many channels with places at most; Opus takes more without any. */
const MOST_PLACED = 8;
const MOST_OF_AC3 = 6;

/**
 * Channels as they are, at the places that an encoder knows, which are as many where it has so many.
 *
 * @returns nothing where it has fewer and nobody can tell which channel belongs where.
 */
export function fitChannels(encoder: string, { channels = 2, layout }: StreamInfo): SoundFit | undefined {
  const opus = encoder === 'libopus';
  if (opus && channels > MOST_PLACED) return { options: ['-mapping_family', '255'] };
  const usual = (opus ? OPUS_LAYOUTS : USUAL_LAYOUTS)[channels];
  if (encoder === 'ac3' && channels > MOST_OF_AC3)
    return layout ? { filter: mixed('5.1(side)'), change: `mixed from ${layout} to 5.1` } : undefined;
  if (!layout) return usual ? { filter: placed(channels, usual) } : {};
  const behind = BEHIND[layout];
  if (opus) {
    const same = layout === usual || behind === usual || channels <= 2;
    return { filter: mixed(usual), ...(same ? {} : { change: `mixed from ${layout} to ${usual}` }) };
  }
  // As 5.1(side), AAC states its channels in a way that few players read.
  return encoder === 'aac' && behind ? { filter: mixed(behind) } : {};
}

/** All channels in two: by their places where they have any, else odd ones to the left and even ones to the right. */
export function mixToStereo({ channels = 2, layout }: StreamInfo): SoundFit {
  const change = `mixed from ${layout ?? `${channels} channels`} to stereo`;
  if (layout) return { filter: mixed('stereo'), change };
  const side = (first: number) =>
    Array.from({ length: Math.ceil((channels - first) / 2) }, (_, i) => `c${first + 2 * i}`).join('+');
  return { filter: `pan=stereo|c0<${side(0)}|c1<${side(1)}`, change };
}

/** Also where the sound's own layout changes on the way. From the side to behind, channels stay as they are. */
const mixed = (layout: string): string => `aformat=channel_layouts=${layout}`;

/** The channels in their order, at the places of a layout. */
function placed(channels: number, layout: string): string {
  return `channelmap=map=${Array.from({ length: channels }, (_, i) => i).join('|')}:channel_layout=${layout}`;
}
