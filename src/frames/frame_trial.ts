import type { Picture } from '../picture.js';
import { decodeFramePng, encodePng } from './picture_file.js';

/** Seconds to make a stored frame of a picture and a picture of a stored frame, without the disk. */
export interface FrameTrial {
  readonly write: number;
  readonly read: number;
}

/** Goes the way of `writeFrame` and `readFrame` in memory, once to warm up and once by the clock. */
export async function tryFrame({ width, height, data }: Picture): Promise<FrameTrial> {
  const clock = () => performance.now() / 1000;
  const once = async (): Promise<FrameTrial> => {
    const began = clock();
    const png = await encodePng({ width, height, data }, 16);
    const written = clock();
    await decodeFramePng(png);
    return { write: written - began, read: clock() - written };
  };
  await once();
  return once();
}
