import { resizePicture } from '../../frames/resize.js';
import { channelName, neuronsInside, receptiveField } from '../../nst/look/neuron.js';
import { largestFirst, strongestPlaces } from '../../nst/look/strongest.js';
import { blocky, positiveView } from '../../nst/look/views.js';
import type { Picture } from '../../picture.js';
import { channelsWanted, type Inside, type Seen, told, type Wanted } from './inside.js';
import type { LayerSessions } from './layer_sessions.js';
import { gridSheet, type Sheet, shown } from './sheet.js';

/**
 * The picture, then the map of each channel: black is no answer, white its strongest. What is told of a channel is its
 * strongest answer away from the picture's edge.
 */
export async function showActivations(
  picture: Picture,
  wanted: readonly Wanted[],
  sessions: LayerSessions,
  { cell, count, network, context }: Inside & { readonly cell: number; readonly count: number },
): Promise<Sheet> {
  const cellHeight = Math.max(1, Math.round((cell * picture.height) / picture.width));
  const cells = [{ pictures: [resizePicture(picture, cell, cellHeight)], label: 'the picture' }];
  const seen: Seen[] = [];
  for (const [k, one] of wanted.entries()) {
    const { width, height, data } = await sessions.responses(one.layer, picture);
    const field = receptiveField(network, one.layer);
    const strongest = strongestPlaces(data, width, height, neuronsInside(field, picture, width, height));
    const first = () =>
      largestFirst(
        strongest.map(({ value }) => value),
        count,
      );
    for (const channel of channelsWanted(one, first)) {
      const plane = data.subarray(channel.channel * width * height, (channel.channel + 1) * width * height);
      const map = positiveView({ width, height, data: plane });
      const resample = width > cell ? resizePicture : blocky;
      const { x, y, value } = strongest[channel.channel];
      const name = channelName(channel);
      cells.push({ pictures: [resample(map, cell, cellHeight)], label: `${name} ${shown(value)}` });
      seen.push({ name, response: value, place: { x, y } });
    }
    await told(context, one.layer, k + 1, wanted.length);
  }
  return { picture: gridSheet(cells, cell), seen };
}
