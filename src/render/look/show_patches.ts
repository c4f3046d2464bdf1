import { contactSheet } from '../../frames/contact_sheet.js';
import { label } from '../../frames/label.js';
import {
  type Channel,
  channelName,
  fieldStart,
  neuronsInside,
  receptiveField,
} from '../../nst/look/neuron.js';
import { largestFirst, type Peak, peaks } from '../../nst/look/strongest.js';
import { alike, blocky, cutOut } from '../../nst/look/views.js';
import type { Picture } from '../../picture.js';
import { channelsWanted, type Inside, type Seen, told, type Wanted } from './inside.js';
import type { LayerSessions } from './layer_sessions.js';
import type { PictureSource } from './picture_source.js';
import { type Sheet, shown } from './sheet.js';

/** Where a channel answers strongly. */
interface Found extends Peak {
  /** Of the picture. */
  readonly number: number;
}

interface Row {
  readonly channel: Channel;
  readonly found: readonly Found[];
}

/** Patches found for each that is shown: of those that look alike one is. */
const SPARE = 4;
/** Correlation from which on patches look alike: the same thing, half a second later. */
const ALIKE = 0.8;

/**
 * A row for each channel with the patches that raise it most, strongest first: each is all that the neuron sees. Pictures
 * are gone through twice, to find the patches and to cut them out, so that none has to be kept.
 */
export async function showPatches(
  source: PictureSource,
  wanted: readonly Wanted[],
  sessions: LayerSessions,
  options: Inside & { cell: number; count: number; best: number },
): Promise<Sheet> {
  const { network, context, cell, count, best } = options;
  const layers = [...new Set(wanted.map(({ layer }) => layer))];
  const found = new Map(layers.map((layer) => [layer, [] as Found[][]]));
  const most = SPARE * best;
  let place = 0;
  for await (const { number, picture } of source.read(source.numbers)) {
    for (const layer of layers) {
      const field = receptiveField(network, layer);
      const { channels, width, height, data } = await sessions.responses(layer, picture);
      // Two neurons nearer than half of what they see show much the same.
      const apart = Math.ceil(field.size / (2 * field.stride));
      const inside = neuronsInside(field, picture, width, height);
      const byChannel = found.get(layer) as Found[][];
      for (let k = 0; k < channels; k++) {
        byChannel[k] ??= [];
        const above = byChannel[k].length < most ? 0 : byChannel[k][most - 1].value;
        const plane = data.subarray(k * width * height, (k + 1) * width * height);
        const here = peaks(plane, width, inside, { count: most, apart, above });
        byChannel[k].push(...here.map((peak) => ({ ...peak, number })));
        byChannel[k].sort((a, b) => b.value - a.value).splice(most);
      }
    }
    await told(context, source.name(number), ++place, source.numbers.length);
  }
  const rows: Row[] = wanted.flatMap((one) => {
    const byChannel = found.get(one.layer) as Found[][];
    const strongest = () =>
      largestFirst(
        byChannel.map(([first]) => first?.value ?? 0),
        count,
      );
    return channelsWanted(one, strongest).map((channel) => ({ channel, found: byChannel[channel.channel] }));
  });
  const shownRows = unlike(rows, await cutPatches(source, rows, network), best);
  const cells = shownRows.map(({ channel, patches }) => [
    label(channelName(channel), { width: cell }),
    ...patches.map(({ patch }) => blocky(patch, cell, cell)),
  ]);
  const labels = shownRows.map(({ patches }) => ['', ...patches.map(({ value }) => shown(value))]);
  const seen = shownRows.flatMap(({ channel, patches }) =>
    patches.map(({ x, y, value, number }): Seen => {
      const name = channelName(channel);
      return { name, response: value, place: { x, y }, source: source.name(number) };
    }),
  );
  return { picture: contactSheet(cells, { cellWidth: cell, labels }), seen };
}

/** Of each row the strongest patches of which none looks like a stronger one. */
function unlike(rows: readonly Row[], cut: readonly (readonly Picture[])[], best: number) {
  return rows.map(({ channel, found }, r) => {
    const patches: (Found & { patch: Picture })[] = [];
    for (const [k, one] of found.entries()) {
      const patch = cut[r][k];
      if (patches.length < best && !patches.some((other) => alike(other.patch, patch) > ALIKE))
        patches.push({ ...one, patch });
    }
    return { channel, patches };
  });
}

async function cutPatches(
  source: PictureSource,
  rows: readonly Row[],
  network: Inside['network'],
): Promise<Picture[][]> {
  const cut: Picture[][] = rows.map(() => []);
  const numbers = [...new Set(rows.flatMap(({ found }) => found.map(({ number }) => number)))];
  for await (const { number, picture } of source.read(numbers.sort((a, b) => a - b))) {
    rows.forEach(({ channel, found }, r) => {
      const field = receptiveField(network, channel.layer);
      found.forEach((one, k) => {
        if (one.number !== number) return;
        const square = { left: fieldStart(field, one.x), top: fieldStart(field, one.y), size: field.size };
        cut[r][k] = cutOut(picture, square, network.input.mean);
      });
    });
  }
  return cut;
}
