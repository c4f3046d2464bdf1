// Style losses that match the frame with the painting.

const paint = (name, losses, ...options) => ({
  run: [
    [
      ...['image', 'photo.png', '--style', 'wave.jpg', '--size', '320', '--iterations', '80'],
      ...['--style-loss', losses, ...options, '--output', `${name}.png`],
    ],
  ],
  show: `${name}.png`,
});

export const figures = [
  {
    name: 'matched',
    says: 'Histograms; patches; both Gram matrices and patches; patches, of the painting turned as well, at four times the weight.',
    cellWidth: 236,
    cells: [
      paint('histogram', 'histogram'),
      paint('patches', 'patches'),
      paint('both', 'gram,patches'),
      paint('turned', 'patches:4', '--patch-angles', '-45,45'),
    ],
  },
];
