import sharp from 'sharp';
import type { Picture } from '../picture.js';
import { encodePng } from './picture_file.js';
import { pictureFromPacked } from './raw_frame.js';

/** Seconds to make a stored frame of a picture and a picture of a stored frame, without the disk; and its bytes. */
export interface FrameTrial {
  readonly write: number;
  readonly read: number;
  readonly bytes: number;
}

/** Goes the way of `writeFrame` and `readFrame` in memory, once to warm up and once by the clock. */
export async function tryFrame(picture: Picture): Promise<FrameTrial> {
  const { width, height } = picture;
  const clock = () => performance.now() / 1000;
  const once = async (): Promise<FrameTrial> => {
    const began = clock();
    const png = await encodePng(picture, 16);
    const written = clock();
    const words = await sharp(png).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    pictureFromPacked(new Uint16Array(words.buffer, words.byteOffset, words.length >> 1), width, height);
    return { write: written - began, read: clock() - written, bytes: png.length };
  };
  await once();
  return once();
}
