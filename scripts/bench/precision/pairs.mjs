// Contents and paintings that are tried together.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPicture } from '../../../dist/frames/picture_file.js';
import { resizePicture } from '../../../dist/frames/resize.js';
import { randomNumbers } from '../../../dist/nst/noise.js';

/** The folder of data beside the project. */
export const picturesFolder =
  process.env.NST_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));

const CONTENTS = [
  'content/cysmith_tubingen.jpg',
  'content/cysmith_golden_gate.jpg',
  'content/cysmith_taj_mahal.jpg',
  'photos/bbb2_001.jpg',
  'photos/bbb2_010.jpg',
];
const STYLES = [
  'styles/cysmith_starry-night.jpg',
  'styles/lengstrom_wave.jpg',
  'styles/cysmith_the_scream.jpg',
  'styles/fns_composition_vii.jpg',
  'styles/cysmith_woman-with-hat-matisse.jpg',
];

const short = (path) => path.replace(/^.*\/([a-z]+_)?/, '').replace('.jpg', '');

/** `{ name, content, style }` for the first `count` of ten pairs: every content with two paintings. */
export async function* pairs(count, { width, height }) {
  const read = async (path) => resizePicture(await readPicture(join(picturesFolder, path)), width, height);
  for (let i = 0; i < count; i++) {
    const content = CONTENTS[i % CONTENTS.length];
    const style = STYLES[(i + Math.floor(i / CONTENTS.length)) % STYLES.length];
    const name = `${short(content)} × ${short(style)}`;
    yield { name, content: await read(content), style: await read(style) };
  }
}

/** Every value moved by up to half of `size` either way, the same at every call. */
export function shifted(values, size) {
  const random = randomNumbers(1);
  return values.map((v) => v + size * (random() - 0.5));
}
