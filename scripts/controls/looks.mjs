// How the energy is minimised, and how a look is found and kept.

const curves = (name, iterations) => [
  'curves',
  'photo.png',
  '--style',
  'wave.jpg',
  '--size',
  '236',
  '--iterations',
  `${iterations}`,
  '--output',
  name,
];

export const figures = [
  {
    name: 'curves',
    says: 'Energy and its terms against evaluations, for L-BFGS and Adam at three learning rates.',
    cellWidth: 950,
    cells: [{ run: [curves('curves', 100)], show: 'curves/curves.png' }],
  },
  {
    name: 'optimisers',
    says: 'What each has painted after 20 evaluations: L-BFGS, and Adam at 0.1, 1 and 10 grey levels a step.',
    cellWidth: 236,
    cells: [
      { run: [curves('early', 20)], show: 'early/lbfgs.png' },
      { show: 'early/adam-0.1.png' },
      { show: 'early/adam-1.png' },
      { show: 'early/adam-10.png' },
    ],
  },
  {
    name: 'sweep',
    says: 'The sheet of a sweep over two options.',
    cellWidth: 820,
    cells: [
      {
        run: [
          [
            ...['image', 'photo.png', '--size', '304', '--preset', 'draft'],
            ...['--sweep', 'style=wave.jpg,scream.jpg', '--sweep', 'style-weight=20,200,2000'],
          ],
        ],
        show: 'photo.sweep/sheet.png',
      },
    ],
  },
  {
    name: 'looks',
    says: 'A look that was kept in a file, and the same with one factor set to something else.',
    cellWidth: 236,
    cells: [
      {
        run: [
          [
            ...['looks', 'save', 'bold.toml', '--style', 'starry_night.jpg', '--preset', 'draft'],
            ...['--style-weight', '400', '--set', 'style-layers.relu4_1=4'],
          ],
          ['image', 'photo.png', '--look', 'bold.toml', '--output', 'bold.png'],
        ],
        show: 'bold.png',
      },
      {
        run: [
          [
            ...['image', 'photo.png', '--look', 'bold.toml', '--set', 'style-layers.relu4_1=0.1'],
            ...['--output', 'fine.png'],
          ],
        ],
        show: 'fine.png',
      },
    ],
  },
];
