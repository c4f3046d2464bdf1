/** What the network that ships answers to; each look is a sheet with labels already. */
const one = (command, output) => ({ run: [[...command, '--output', output]], show: output });
const width = 796;

export const figures = [
  {
    name: 'look_filters',
    says: 'The sixteen filters of the first layer: colours, and edges of every direction.',
    cellWidth: width,
    cells: [one(['look', 'filters', '--cell', '95'], 'filters.png')],
  },
  {
    name: 'look_activations',
    says: 'The photo, and where the five channels of relu3_1 answer that do so most strongly; under each its name and the strongest value away from the edge.',
    cellWidth: width,
    cells: [
      one(
        ['look', 'activations', 'photo.png', '--size', '320', '--neuron', 'relu3_1', '--count', '5'],
        'activations.png',
      ),
    ],
  },
  {
    name: 'look_guided',
    says: 'What the strongest neurons of six channels of relu4_1 see, and under it which pixels they answer to: first plain saliency, then guided backpropagation.',
    cellWidth: width,
    rows: ['saliency', 'guided'].map((kind) => [
      one(['look', kind, 'photo.png', '--size', '320', '--neuron', 'relu4_1', '--count', '6'], `${kind}.png`),
    ]),
  },
  {
    name: 'look_patches',
    says: 'The patches of the film that raise three channels most.',
    cellWidth: width,
    cells: [
      one(
        [
          ...['look', 'patches', 'film.mp4', '--size', '320', '--neuron', 'relu3_1', '--count', '3'],
          ...['--best', '10', '--cell', '68'],
        ],
        'patches.png',
      ),
    ],
  },
  {
    name: 'look_ascend',
    says: 'Pictures that raise six channels of relu4_1, made from noise; under each the mean response to the noise and to the picture.',
    cellWidth: width,
    cells: [
      one(
        ['look', 'ascend', ...[0, 1, 2, 3, 33, 60].flatMap((k) => ['--neuron', `relu4_1/${k}`])],
        'ascend.png',
      ),
    ],
  },
];
