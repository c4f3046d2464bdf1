import { describe, expect, it } from 'vitest';
import { isUnchanged } from '../../dist/flow/unchanged.js';
import type { Picture } from '../../dist/picture.js';
import { asPicture, random, render, texture } from './texture.js';

const [width, height] = [130, 75];
const grey = texture(2);
const sky = (x: number, y: number) => (y < 40 ? 150 + 0.5 * y + 4 * Math.sin(x / 25) : grey(x, y));
const scene = asPicture(render(width, height, sky));

/** A take of a picture, with grain of its own. */
function take(picture: Picture, sigma: number, seed: number): Picture {
  const next = random(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { ...picture, data: picture.data.map((value) => value + sigma * normal()) };
}

const moved = (shift: number) => asPicture(render(width, height, (x, y) => sky(x + shift, y)));

/** With a small thing in it. */
function withThing(picture: Picture, left: number, contrast: number): Picture {
  const data = picture.data.slice();
  for (let c = 0; c < 3; c++)
    for (let y = 20; y < 26; y++)
      for (let x = left; x < left + 6; x++) data[(c * height + y) * width + x] += contrast;
  return { ...picture, data };
}

describe('two frames show the same', () => {
  it.each([0, 1, 3, 6, 10])('where nothing but grain of %d grey levels differs', (sigma) => {
    expect(isUnchanged(take(scene, sigma, 1), take(scene, sigma, 2))).toBe(true);
  });

  it('not where a small thing moves, under grain too', () => {
    expect(isUnchanged(withThing(scene, 60, 12), withThing(scene, 64, 12))).toBe(false);
    const grainy = [withThing(scene, 60, 60), withThing(scene, 70, 60)].map((one, i) => take(one, 6, i));
    expect(isUnchanged(grainy[0], grainy[1])).toBe(false);
  });

  it('not where the camera moves by half a pixel', () => {
    expect(isUnchanged(moved(0.5), scene)).toBe(false);
    expect(isUnchanged(take(moved(0.5), 2, 1), take(scene, 2, 2))).toBe(false);
  });

  it('not where the light changes, or the colour, by what is seen', () => {
    const lighter = { ...scene, data: scene.data.map((v) => v + 1.5) };
    const redder = { ...scene, data: scene.data.map((v, i) => v + (i < width * height ? 1.5 : 0)) };
    expect(isUnchanged(lighter, scene)).toBe(false);
    expect(isUnchanged(take(lighter, 1, 1), take(scene, 1, 2))).toBe(false);
    expect(isUnchanged(redder, scene)).toBe(false);
  });

  it('not where their sizes differ', () => {
    expect(isUnchanged(asPicture(render(width, height - 1, sky)), scene)).toBe(false);
  });
});
