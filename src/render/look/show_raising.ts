import { channelsOf, fieldStart, neuronAt, neuronsInside, receptiveField } from '../../nst/look/neuron.js';
import { largestFirst, strongestPlaces } from '../../nst/look/strongest.js';
import { blocky, cutOut, positiveView, saliency, signedView } from '../../nst/look/views.js';
import type { Picture } from '../../picture.js';
import { channelsWanted, type Inside, neuronName, pixelOf, type Seen, told, type Wanted } from './inside.js';
import type { LayerSessions } from './layer_sessions.js';
import { gridSheet, type Sheet, shown } from './sheet.js';

/**
 * Of each neuron what it sees, and below which pixels of it count: their saliency, or, `guided`, what guided
 * backpropagation finds. Outside what a neuron sees both are zero, so nothing is left out.
 */
export async function showRaising(
  picture: Picture,
  wanted: readonly Wanted[],
  sessions: LayerSessions,
  options: Inside & { cell: number; count: number; at: string | undefined; guided: boolean },
): Promise<Sheet> {
  const { network, context, cell, count, at, guided } = options;
  const pixel = at === undefined ? undefined : pixelOf(at, picture.width, picture.height);
  const cells: { pictures: Picture[]; label: string }[] = [];
  const seen: Seen[] = [];
  for (const one of wanted) {
    const { width, height, data } = await sessions.responses(one.layer, picture);
    const field = receptiveField(network, one.layer);
    const atPixel = pixel && {
      x: neuronAt(field, pixel.x, width),
      y: neuronAt(field, pixel.y, height),
    };
    const places = atPixel
      ? Array.from({ length: channelsOf(network, one.layer) }, (_, k) => ({
          ...atPixel,
          value: data[(k * height + atPixel.y) * width + atPixel.x],
        }))
      : strongestPlaces(data, width, height, neuronsInside(field, picture, width, height));
    const first = () =>
      largestFirst(
        places.map(({ value }) => value),
        count,
      );
    const raiser = await sessions.raiser(one.layer, picture.width, picture.height, guided);
    const channels = channelsWanted(one, first);
    for (const [k, channel] of channels.entries()) {
      const { x, y } = places[channel.channel];
      const share = new Float32Array(data.length);
      share[(channel.channel * height + y) * width + x] = 1;
      const { response, gradient } = await raiser.at(picture.data, share);
      const square = { left: fieldStart(field, x), top: fieldStart(field, y), size: field.size };
      const change = cutOut({ ...picture, data: gradient }, square, [0, 0, 0]);
      const view = guided ? signedView(change) : positiveView(saliency(change));
      const pictures = [cutOut(picture, square, network.input.mean), view].map((p) => blocky(p, cell, cell));
      const name = neuronName(channel, field.stride, { x, y });
      cells.push({ pictures, label: `${name} ${shown(response)}` });
      seen.push({ name, response, place: { x, y } });
      await told(context, name, k + 1, channels.length);
    }
  }
  return { picture: gridSheet(cells, cell), seen };
}
