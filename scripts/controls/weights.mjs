// How much of the painting: the weights of the terms.

const paint = (weight) => [
  ['image', 'photo.png', '--style', 'wave.jpg', '--style-weight', `${weight}`, '--output', `${weight}.png`],
];

export const figures = [
  {
    name: 'weights',
    says: 'The photo, and the style term at 20, 100 (the default) and 500.',
    cellWidth: 236,
    cells: [
      { show: 'photo.png' },
      ...[20, 100, 500].map((weight) => ({ run: paint(weight), show: `${weight}.png` })),
    ],
  },
];
