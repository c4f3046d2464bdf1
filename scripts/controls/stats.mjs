const painted = (name, ...options) => ({
  run: [
    [
      'image',
      'photo.png',
      '--style',
      'starry_night.jpg',
      '--size',
      '256',
      '--iterations',
      '80',
      ...options,
      '--output',
      `${name}.png`,
    ],
  ],
  show: `${name}.png`,
});

export const figures = [
  {
    name: 'losses',
    says: 'Gram matrices (the default), covariances, means and deviations, Wasserstein distance.',
    cellWidth: 236,
    cells: [
      painted('gram'),
      painted('covariance', '--style-loss', 'covariance'),
      painted('mean-deviation', '--style-loss', 'mean-deviation'),
      painted('wasserstein', '--style-loss', 'wasserstein'),
    ],
  },
  {
    name: 'normalise',
    says: 'Gram matrices as they are, by their paintings’ sizes, by their gradients; Wasserstein distance by its paintings’ sizes.',
    cellWidth: 236,
    cells: [
      painted('none', '--normalise', 'none'),
      painted('layers', '--normalise', 'layers'),
      painted('gradients', '--normalise', 'gradients'),
      painted('both', '--style-loss', 'wasserstein', '--normalise', 'layers'),
    ],
  },
];
