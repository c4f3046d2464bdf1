// A mask given of one frame, carried along.

const look = ['--preset', 'draft', '--size', '240', '--coarsest', '0', '--iterations', '30,10'];
const mask = ['--mask', 'wave=rabbit.png@30', '--mask-carry'];

export const figures = [
  {
    name: 'mask-carry',
    says: 'Frames 30, 32, 34 and 36 of the film, painted where the mask of frame 30 was carried to.',
    cellWidth: 236,
    cells: [
      {
        run: [
          ['film.mp4', ...look, '--style', 'wave.jpg', ...mask, '--frames', '30-36', '--output', 'carried/'],
        ],
        show: 'carried/frame_000030.png',
      },
      ...[32, 34, 36].map((frame) => ({ show: `carried/frame_0000${frame}.png` })),
    ],
  },
];
