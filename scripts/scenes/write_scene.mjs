// A scene as files: a folder of frames, and its motion as `nst-video flow` names it and `--flow-dir` reads it.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { encodeFlo } from '../../dist/flow/flo.js';
import { flowName, reliableName } from '../../dist/flow/flow_names.js';
import { writeAtomic } from '../../dist/frames/atomic.js';
import { decodeFrames } from '../../dist/frames/decode.js';
import { encodePng } from '../../dist/frames/picture_file.js';
import { probe } from '../../dist/frames/probe.js';
import { motionBetween, renderScene } from './compose.mjs';

const clip = fileURLToPath(new URL('../../assets/bunny.mp4', import.meta.url));

/** The first frame of the demo's clip: grass, rocks, trees and sky. */
export async function readBackdrop() {
  const size = { width: 320, height: 180 };
  const media = await probe(clip);
  for await (const { picture } of decodeFrames(media, { ...size, ranges: [{ first: 0, last: 0 }] }))
    return picture;
}

/** Writes `000000.png`, … into `folder`; 8 bits, as films have. */
export async function writeFrames(scene, folder) {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < scene.frames; i++) {
    const name = `${String(i).padStart(6, '0')}.png`;
    await writeAtomic(join(folder, name), await encodePng(renderScene(scene, i), 8));
  }
}

/** Writes the motion between all neighbours, both ways, and where it holds. */
export async function writeMotion(scene, folder) {
  await mkdir(folder, { recursive: true });
  for (let i = 1; i < scene.frames; i++)
    for (const [from, to] of [
      [i, i - 1],
      [i - 1, i],
    ]) {
      const { flow, certain } = motionBetween(scene, from, to);
      await writeAtomic(join(folder, `${flowName(from, to)}.flo`), encodeFlo(flow));
      const { width, height, data } = certain;
      const mask = Uint8Array.from(data, (c) => 255 * c);
      const png = sharp(mask, { raw: { width, height, channels: 1 } }).png();
      await writeAtomic(join(folder, `${reliableName(from, to)}.png`), await png.toBuffer());
    }
}
