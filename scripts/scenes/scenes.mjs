// The scenes of bench:temporal, each made to show one thing.
import { deadLeaves, pictureTexture } from './texture.mjs';

export const SIZE = { width: 192, height: 108 };
export const FRAMES = 24;

/** Grain of all scenes but the grainy one, grey levels: no two takes of a scene are equal. */
const FAINT_GRAIN = 1.5;
const STRONG_GRAIN = 6;

const everywhere = () => true;
const resting = () => ({ scale: 1, x: 0, y: 0 });
const ellipse = (rx, ry) => (x, y) => (x / rx) ** 2 + (y / ry) ** 2 < 1;

/** Paint, rust and sky: what the things that move are made of. */
const BRIGHT = [
  [214, 62, 48],
  [240, 190, 60],
  [250, 240, 215],
  [40, 70, 150],
  [120, 30, 60],
];
const BARK = [
  [96, 70, 48],
  [130, 100, 70],
  [66, 48, 36],
  [150, 130, 104],
];

/** The backdrop as seen by a camera at `place`. */
const backdropLayer = (backdrop, place) => ({ texture: pictureTexture(backdrop), covers: everywhere, place });

/** A thing of dead leaves around its own centre. */
function thing(rx, ry, place) {
  const leaves = pictureTexture(deadLeaves(2 * rx + 8, 2 * ry + 8, BRIGHT, 5));
  return { texture: (x, y) => leaves(x + rx + 4, y + ry + 4), covers: ellipse(rx, ry), place };
}

/** A camera that stands still before the left half of the backdrop. */
const standing = () => ({ scale: 1, x: -70, y: -40 });

/** The pole's middle and half its width, px. */
const POLE = { middle: 96, half: 6 };
export const THING = { rx: 14, ry: 16 };

/** Where a mover of 40 px a frame stands: to and fro between two turning points. */
function toAndFro(frame, { from, to, step }) {
  const way = to - from;
  const along = (frame * step) % (2 * way);
  return from + (along <= way ? along : 2 * way - along);
}

const LAYERS = {
  /** Moves by (4.3, 0.6) px a frame; half the last frame was not in the first. */
  pan: (backdrop) => [backdropLayer(backdrop, (i) => ({ scale: 1, x: -(8 + 4.3 * i), y: -(30 + 0.6 * i) }))],
  /** Comes nearer by 2 % a frame. */
  zoom: (backdrop) => [
    backdropLayer(backdrop, (i) => {
      const scale = 0.64 * 1.02 ** i;
      return { scale, x: 95.5 - 150 * scale, y: 53.5 - 85 * scale };
    }),
  ],
  /**
   * A thing passes behind a pole at 3 px a frame: each point of it is gone for four frames. In the ten frames that the
   * long-term loss looks back it moves by more than its own width.
   */
  pole: (backdrop) => {
    const bark = pictureTexture(deadLeaves(48, 116, BARK, 6));
    return [
      backdropLayer(backdrop, standing),
      thing(THING.rx, THING.ry, (i) => ({ scale: 1, x: 60 + 3 * i, y: 62 })),
      {
        texture: (x, y) => bark(x - POLE.middle + 24, y + 4),
        covers: (x) => Math.abs(x - POLE.middle) < POLE.half,
        place: resting,
      },
    ];
  },
  /** A thing as wide as its step of 40 px crosses the frame, to and fro. */
  mover: (backdrop) => [
    backdropLayer(backdrop, standing),
    thing(20, 15, (i) => ({ scale: 1, x: toAndFro(i, { from: 26, to: 166, step: 40 }), y: 40 + 1.3 * i })),
  ],
  /** Nothing moves but the grain. */
  static: (backdrop) => [backdropLayer(backdrop, standing)],
};

export const SCENES = Object.keys(LAYERS);

/**
 * A scene by its name.
 *
 * @param backdrop A picture of at least 300x170 px.
 * @param seed Another take: the same scene with other grain.
 */
export function sceneOf(name, backdrop, seed) {
  const grain = name === 'static' ? STRONG_GRAIN : FAINT_GRAIN;
  return { name, ...SIZE, frames: FRAMES, layers: LAYERS[name](backdrop), grain, seed };
}
