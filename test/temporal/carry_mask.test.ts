import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plane } from '../../dist/picture.js';
import { type CarriedMask, carryMask } from '../../dist/temporal/carry_mask.js';
import { texture } from '../flow/texture.js';

const script = (path: string) => fileURLToPath(new URL(`../../scripts/${path}`, import.meta.url));
const { sceneOf } = await import(script('scenes/scenes.mjs'));
const { layersOf, motionBetween, renderScene } = await import(script('scenes/compose.mjs'));

const [width, height] = [40, 30];
const plane = (value: (x: number, y: number) => number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});
const flow = (u: number) => ({
  width,
  height,
  u: new Float32Array(width * height).fill(u),
  v: new Float32Array(width * height),
});
const certain = plane(() => 1);
const grey = { width, height, data: new Float32Array(3 * width * height).fill(100) };
const halves = plane((x) => (x < 20 ? 1 : 0));

/** The common part of two masks as a share of both together. */
function likeness(one: Plane, other: Plane): number {
  let [common, all] = [0, 0];
  for (let p = 0; p < one.data.length; p++) {
    common += Math.min(one.data[p], other.data[p]);
    all += Math.max(one.data[p], other.data[p]);
  }
  return common / all;
}

describe('a mask that is carried', () => {
  it('stays where nothing moves', () => {
    const carried = carryMask(
      [{ mask: halves, certainty: certain, motion: { flow: flow(0), certainty: certain } }],
      grey,
    );
    expect(carried.mask.data).toEqual(halves.data);
    expect(carried.certainty.data).toEqual(certain.data);
  });

  it('moves with the flow', () => {
    const motion = { flow: flow(-3), certainty: plane((x) => (x >= 3 ? 1 : 0)) };
    const { mask } = carryMask([{ mask: halves, certainty: certain, motion }], grey);
    expect(
      likeness(
        mask,
        plane((x) => (x < 23 ? 1 : 0)),
      ),
    ).toBeGreaterThan(0.99);
  });

  it('goes by looks where the flow is not certain: an uncovered band belongs to what it looks like', () => {
    // The band from 16 to 23 is new; up to 19 it looks like the masked left, beyond like the right.
    const looks = { ...grey, data: Float32Array.from(grey.data, (_, i) => (i % width < 20 ? 60 : 180)) };
    const motion = { flow: flow(0), certainty: plane((x) => (x >= 16 && x < 24 ? 0 : 1)) };
    const left = plane((x) => (x < 16 ? 1 : 0));
    const { mask, certainty } = carryMask([{ mask: left, certainty: certain, motion }], looks);
    expect(likeness(mask, halves)).toBeGreaterThan(0.99);
    expect(certainty.data[18]).toBeLessThan(0.2);
  });

  it('is what a farther frame knows where the near one only guessed', () => {
    const still = { flow: flow(0), certainty: certain };
    const guessed = { mask: plane(() => 0), certainty: plane(() => 0.1), motion: still };
    const known = { mask: halves, certainty: certain, motion: still };
    const near = carryMask([guessed], grey);
    const both = carryMask([guessed, known], grey);
    expect(likeness(near.mask, halves)).toBeLessThan(0.1);
    expect(likeness(both.mask, halves)).toBeGreaterThan(0.85);
  });

  it('follows a thing whose motion is known, over things that look otherwise', () => {
    const backdrop = { width: 320, height: 180, data: new Float32Array(3 * 320 * 180) };
    const plain = texture(5);
    for (let i = 0; i < backdrop.data.length; i++)
      backdrop.data[i] = 70 + 0.3 * plain(i % 320, Math.floor(i / 320) % 180);
    const scene = sceneOf('mover', backdrop, 1);
    const truth = (frame: number): Plane => ({
      width: scene.width,
      height: scene.height,
      data: Float32Array.from(layersOf(scene, frame).seen as Uint8Array, (layer) => (layer === 1 ? 1 : 0)),
    });
    const all = { ...truth(0), data: new Float32Array(scene.width * scene.height).fill(1) };
    let carried: CarriedMask = { mask: truth(0), certainty: all };
    const FRAMES = 5;
    for (let frame = 1; frame < FRAMES; frame++) {
      const { flow: exact, certain: known } = motionBetween(scene, frame, frame - 1);
      const motion = { flow: exact, certainty: known };
      carried = carryMask([{ ...carried, motion }], renderScene(scene, frame));
    }
    const there = truth(FRAMES - 1);
    expect(likeness(truth(0), there)).toBeLessThan(0.1);
    expect(likeness(carried.mask, there)).toBeGreaterThan(0.9);
  });
});
