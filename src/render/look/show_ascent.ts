import { type AscentOptions, ascend } from '../../nst/look/ascend.js';
import { channelName, neuronAt, receptiveField } from '../../nst/look/neuron.js';
import type { Picture } from '../../picture.js';
import { channelsWanted, type Inside, neuronName, pixelOf, type Seen, told, type Wanted } from './inside.js';
import type { LayerSessions, Raiser } from './layer_sessions.js';
import { gridSheet, type Sheet, shown } from './sheet.js';

/** Pictures that raise channels, or with `at` single neurons, each with the response to noise and to the picture. */
export async function showAscent(
  wanted: readonly Wanted[],
  sessions: LayerSessions,
  options: Inside & { count: number; at: string | undefined } & Omit<AscentOptions, 'mean'>,
): Promise<Sheet> {
  const { network, context, count, at, width, height, steps } = options;
  const pixel = at === undefined ? undefined : pixelOf(at, width, height);
  const cells: { pictures: Picture[]; label: string }[] = [];
  const seen: Seen[] = [];
  for (const one of wanted) {
    const raiser = await sessions.raiser(one.layer, width, height, false);
    const field = receptiveField(network, one.layer);
    const place = pixel && {
      x: neuronAt(field, pixel.x, raiser.width),
      y: neuronAt(field, pixel.y, raiser.height),
    };
    const channels = network.convolutions.find(({ tap }) => tap === one.layer)?.outputs ?? 0;
    const first = () => Array.from({ length: Math.min(count, channels) }, (_, k) => k);
    const chosen = channelsWanted(one, first);
    for (const [k, channel] of chosen.entries()) {
      const share = shareOf(raiser, channels, channel.channel, place);
      const climbed = await ascend(
        (image) => raiser.at(image, share),
        { ...options, mean: network.input.mean },
        (step) => told(context, channelName(channel), k * steps + step, chosen.length * steps),
      );
      const name = place ? neuronName(channel, field.stride, place) : channelName(channel);
      cells.push({
        pictures: [climbed.picture],
        label: `${name} ${shown(climbed.before)} to ${shown(climbed.after)}`,
      });
      seen.push({ name, response: climbed.after, ...(place && { place }) });
    }
  }
  return { picture: gridSheet(cells, width), seen };
}

/** One neuron, or the mean over all of a channel. */
function shareOf(
  { width, height }: Raiser,
  channels: number,
  channel: number,
  place: { x: number; y: number } | undefined,
): Float32Array {
  const area = width * height;
  const share = new Float32Array(channels * area);
  if (place) share[channel * area + place.y * width + place.x] = 1;
  else share.fill(1 / area, channel * area, (channel + 1) * area);
  return share;
}
