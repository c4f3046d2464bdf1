// Which paintings, how large they are seen, and what a first frame starts from.

const DRAFT = ['--size', '240', '--preset', 'draft'];

const image = (output, ...options) => ({
  run: [['image', 'photo.png', ...options, ...DRAFT, '--output', output]],
  show: output,
});

const both = ['--style', 'wave.jpg', '--style', 'scream.jpg'];
const wave = ['--style', 'wave.jpg'];

const change = ['--style-at', '0.2s:1,0', '--style-at', '1.1s:0,1'];
const film = ['film.mp4', ...both, ...change, '--frames', '0-31', '--size', '160', '--preset', 'draft'];

export const figures = [
  {
    name: 'shares',
    says: 'The Great Wave and The Scream, with shares 1,0, then 3,1, then 1,3, then 0,1.',
    cellWidth: 236,
    cells: ['1,0', '3,1', '1,3', '0,1'].map((shares) =>
      image(`shares_${shares.replace(',', '_')}.png`, ...both, '--style-shares', shares),
    ),
  },
  {
    name: 'over_time',
    says: 'Frames 4, 13, 20 and 31 of a film that goes from The Great Wave to The Scream.',
    cellWidth: 236,
    cells: [4, 13, 20, 31].map((frame, i) => ({
      run: i === 0 ? [[...film, '--output', 'over_time/']] : [],
      show: `over_time/frame_${String(frame).padStart(6, '0')}.png`,
    })),
  },
  {
    name: 'style_scale',
    says: 'The painting seen twice as large, as it is, and half as large; then its left half only.',
    cellWidth: 236,
    cells: [
      ...['2', '1', '0.5'].map((scale) => image(`scale_${scale}.png`, ...wave, '--style-scale', scale)),
      image('crop.png', ...wave, '--style-crop', '0,0,0.5,1'),
    ],
  },
  {
    name: 'init',
    says: 'After 15 iterations, from the photo, from the painting, from noise, and from another picture.',
    cellWidth: 236,
    cells: ['content', 'style', 'noise:7', 'scream.jpg'].map((init) =>
      image(
        `init_${init.replace(/\W.*/, '')}.png`,
        ...wave,
        '--init',
        init,
        '--iterations',
        '15',
        '--coarsest',
        '0',
      ),
    ),
  },
];
