// What is painted: the scenes of the generator, and a film with measured motion.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFlo } from '../../dist/flow/flo.js';
import { resizeFlow, resizePlane } from '../../dist/flow/resize_flow.js';
import { readMask } from '../../dist/frames/mask_file.js';
import { readPicture } from '../../dist/frames/picture_file.js';
import { resizePicture } from '../../dist/frames/resize.js';
import { motionBetween, renderScene } from '../scenes/compose.mjs';
import { withGrain } from '../scenes/grain.mjs';
import { SCENES, SIZE, sceneOf } from '../scenes/scenes.mjs';

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {number} frames
 * @property {(frame: number) => Promise<Picture>} picture
 * @property {(distance: number) => Promise<Pair[]>} pairs frames whose true motion is known
 * @property {Scene} [scene] where the generator made it
 *
 * @typedef {object} Pair
 * @property {number} frame the frame that the motion starts from
 * @property {number} other the frame it leads to
 * @property {FlowField} flow
 * @property {Plane} certain
 */

/** A scene of the generator; pairs lead back in time. */
export function sceneSubject(name, backdrop, seed) {
  const scene = sceneOf(name, backdrop, seed);
  return {
    name,
    frames: scene.frames,
    scene,
    picture: async (frame) => renderScene(scene, frame),
    pairs: async (distance) =>
      Array.from({ length: Math.max(0, scene.frames - distance) }, (_, k) => {
        const { flow, certain } = motionBetween(scene, k + distance, k);
        return { frame: k + distance, other: k, flow, certain };
      }),
  };
}

const ALLEY_FRAMES = 4;
const ALLEY_GRAIN = 1.5;

/**
 * Four frames of Sintel's alley_1 at the benchmark's width. Its truth leads from each frame to the next, so pairs do;
 * what is hidden there is known for the second pair alone.
 */
export function alleySubject(folder, seed) {
  const number = (frame) => String(frame + 1).padStart(4, '0');
  const scaled = async (frame) => {
    const whole = await readPicture(join(folder, 'final', `frame_${number(frame)}.png`));
    const height = 2 * Math.round((whole.height * SIZE.width) / whole.width / 2);
    return resizePicture(whole, SIZE.width, height);
  };
  const pair = async (frame) => {
    const { width, height } = await scaled(frame);
    const flow = resizeFlow(await readFlo(join(folder, `flow_${number(frame)}.flo`)), width, height);
    const data = new Float32Array(width * height).fill(1);
    for (const kind of ['occ', 'invalid']) {
      const file = join(folder, `${kind}_${number(frame)}.png`);
      if (!existsSync(file)) continue;
      const hidden = resizePlane(await readMask(file), width, height);
      for (let p = 0; p < data.length; p++) if (hidden.data[p] > 0) data[p] = 0;
    }
    return { frame, other: frame + 1, flow, certain: { width, height, data } };
  };
  return {
    name: 'alley_1',
    frames: ALLEY_FRAMES,
    picture: async (frame) => withGrain(await scaled(frame), ALLEY_GRAIN, seed * 1000 + frame),
    pairs: async (distance) =>
      distance === 1 ? Promise.all(Array.from({ length: ALLEY_FRAMES - 1 }, (_, k) => pair(k))) : [],
  };
}

/** Names of all subjects; Sintel's where the shared data is. */
export const SUBJECTS = [...SCENES, 'alley_1'];
