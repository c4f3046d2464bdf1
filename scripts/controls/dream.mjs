// Dreams, textures, inversions, and a picture that stays a photograph.

const dreamt = (name, ...options) => ({
  run: [
    ['image', 'photo.png', '--style', 'wave.jpg', '--size', '320', ...options, '--output', `${name}.png`],
  ],
  show: `${name}.png`,
});

const texture = (name, ...options) => ({
  run: [['texture', 'starry_night.jpg', '--size', '256x256', ...options, '--output', `${name}.png`]],
  show: `${name}.png`,
});

export const figures = [
  {
    name: 'dream',
    says: 'Without a dream, of one feature map of relu4_1, of one of relu5_1, and of all of relu5_1.',
    cellWidth: 236,
    cells: [
      dreamt('plain'),
      dreamt('map12', '--dream', 'relu4_1/12', '--dream-weight', '3e6'),
      dreamt('map40', '--dream', 'relu5_1/40', '--dream-weight', '1e6'),
      dreamt('layer', '--dream', 'relu5_1', '--dream-weight', '3e6'),
    ],
  },
  {
    name: 'texture',
    says: 'The painting, a texture of it, and one whose edges meet.',
    cellWidth: 236,
    cells: [{ show: 'starry_night.jpg' }, texture('texture'), texture('tile', '--seamless')],
  },
  {
    name: 'invert',
    says: 'The photo, and what each layer knows of it.',
    cellWidth: 640,
    cells: [
      {
        run: [['invert', 'photo.png', '--all', '--size', '200', '--output', 'layers.png']],
        show: 'layers.png',
      },
    ],
  },
  {
    name: 'photoreal',
    says: 'The photo, the preset, and the same weights with content at that of the paper.',
    cellWidth: 316,
    cells: [
      { show: 'photo.png' },
      dreamt('photoreal', '--preset', 'photoreal'),
      dreamt('painted', '--preset', 'photoreal', '--content-weight', '5.12'),
    ],
  },
];
