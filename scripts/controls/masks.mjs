// Which parts of a frame are painted, and like what.

const still = (name, ...options) => ({
  run: [['image', 'photo.png', '--preset', 'draft', ...options, '--output', `${name}.png`]],
  show: `${name}.png`,
});
export const figures = [
  {
    name: 'masks',
    says: 'The mask; the painting inside it, and around it nothing or another painting; the source’s own lights as the mask.',
    cellWidth: 236,
    cells: [
      { show: 'rabbit.png' },
      still('rabbit-alone', '--style', 'wave.jpg', '--mask', 'wave=rabbit.png'),
      still(
        'both',
        '--style',
        'wave.jpg',
        '--style',
        'starry_night.jpg',
        '--mask',
        'wave=rabbit.png',
        '--mask-feather',
        '1.5',
      ),
      still(
        'lights',
        '--style',
        'starry_night.jpg',
        '--mask',
        'starry_night=luma:0.55-1',
        '--mask-feather',
        '1',
      ),
    ],
  },
];
