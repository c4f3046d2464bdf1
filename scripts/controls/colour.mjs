// The film's colours in place of the painting's.

const SMALL = ['--size', '240', '--preset', 'draft'];
const paint = (name, ...options) => ({
  run: [['image', 'photo.png', '--style', 'scream.jpg', ...SMALL, ...options, '--output', `${name}.png`]],
  show: `${name}.png`,
});
const match = (name, ...options) => paint(name, '--colour', 'content-match', ...options);

export const figures = [
  {
    name: 'colours',
    says: 'Above: the photo; the painting’s colours (the default); the photo’s colours under the painting’s lightness, after the optimisation and before it. Below: the painting recoloured before the optimisation, by mean and covariance and wholly; the same done to the painted picture after it.',
    cellWidth: 236,
    rows: [
      [
        { show: 'photo.png' },
        paint('style'),
        paint('luma', '--colour', 'content-luma'),
        paint('luma-before', '--colour', 'content-luma', '--colour-when', 'before'),
      ],
      [
        match('match'),
        match('histogram', '--colour-match', 'histogram'),
        match('match-after', '--colour-when', 'after'),
        match('histogram-after', '--colour-match', 'histogram', '--colour-when', 'after'),
      ],
    ],
  },
];
