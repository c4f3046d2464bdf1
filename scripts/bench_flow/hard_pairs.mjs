// What flow finds hard, one thing at a time: fast movers large and small, thin things, motion blur, grain, light.

/** A repeatable stream of numbers in 0..1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A round thing with a wavy outline. */
const blob = (cx, cy, radius, phase = 0) => {
  const waves = [2, 3, 4, 5].map((n) => [n, 0.13 * Math.sin(7 * n + phase), 3 * n + phase]);
  return (x, y) => {
    const angle = Math.atan2(y - cy, x - cx);
    const wave = waves.reduce((sum, [n, size, at]) => sum + size * Math.cos(n * angle + at), 1);
    return radius * wave - Math.hypot(x - cx, y - cy);
  };
};

/** A bar of a width between two points. */
const bar = (x0, y0, x1, y1, width) => {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ax, ay] = [(x1 - x0) / length, (y1 - y0) / length];
  return (x, y) => {
    const along = (x - x0) * ax + (y - y0) * ay;
    const across = Math.abs((x - x0) * ay - (y - y0) * ax);
    return Math.min(width / 2 - across, along, length - along);
  };
};

const middle = [320, 180];
/**
 * Every scene by name: outline (none: everywhere) and motion of each layer, the background first; how long the
 * shutter is open, 0..1 of the time between frames; the second frame's gain and offset; grain, grey levels;
 * how far out of focus the background is, px. 640x360.
 */
export const HARD_PAIRS = {
  large40: {
    layers: [
      [undefined, { x: -4, y: 1.3 }],
      [blob(270, 180, 95), { x: 39, y: 11 }],
    ],
  },
  large60: {
    layers: [
      [undefined, { x: 3, y: -1 }],
      [blob(370, 180, 85, 1), { x: -58, y: 14, rotate: 5, zoom: 1.03, about: [370, 180] }],
    ],
  },
  small40: {
    layers: [
      [undefined, { x: 2.2, y: 0.3 }],
      [blob(150, 120, 22), { x: 40, y: 6 }],
      [blob(480, 110, 16, 2), { x: -30, y: 18 }],
      [blob(330, 270, 26, 3), { x: 12, y: -38 }],
    ],
  },
  small60: {
    layers: [
      [undefined, { x: -3, y: 0.6, rotate: 0.7, zoom: 1.01, about: middle }],
      [blob(140, 140, 18, 1), { x: 60, y: 5 }],
      [blob(480, 220, 25, 4), { x: -48, y: -28, rotate: 6, about: [480, 220] }],
    ],
  },
  poles: {
    layers: [
      [undefined, { x: 0.4, y: 0 }],
      [bar(150, -50, 150, 410, 3), { x: 20, y: 0 }],
      [bar(330, -50, 345, 410, 2), { x: -11, y: 0 }],
      [bar(500, 80, 480, 410, 3), { x: 6.5, y: 3 }],
    ],
  },
  parallax: {
    layers: [
      [undefined, { x: 11.5, y: -0.5 }],
      [bar(120, -50, 120, 410, 3), { x: 30, y: -1 }],
      [bar(300, -50, 310, 410, 5), { x: 36, y: -1 }],
      [bar(-200, 60, 900, 95, 2), { x: 17, y: 6 }],
    ],
  },
  wires: {
    layers: [
      [undefined, { x: -2.5, y: 0.5 }],
      [bar(-100, 50, 740, 130, 2), { x: 0, y: 8 }],
      [bar(-100, 200, 740, 170, 2.5), { x: 0, y: -6 }],
      [bar(-100, 330, 740, 250, 3), { x: 3, y: 12 }],
    ],
  },
  blurred: {
    shutter: 0.5,
    layers: [
      [undefined, { x: 5, y: 1 }],
      [blob(230, 170, 70, 2), { x: 42, y: -8 }],
      [blob(470, 230, 24, 1), { x: -36, y: 12 }],
    ],
  },
  pan50: { shutter: 0.5, layers: [[undefined, { x: -50, y: 4 }]] },
  grain5: {
    grain: 5,
    layers: [
      [undefined, { x: 4, y: -2, rotate: 1.5, zoom: 1.02, about: middle }],
      [blob(300, 180, 70), { x: 20.5, y: 6.2 }],
    ],
  },
  grain10: {
    grain: 10,
    layers: [
      [undefined, { x: -4.4, y: 1.3 }],
      [blob(320, 190, 70, 2), { x: 16.5, y: -9.2 }],
    ],
  },
  brighter: {
    gain: 1.15,
    offset: 6,
    layers: [
      [undefined, { x: 3.3, y: 1.7 }],
      [blob(250, 170, 60, 1), { x: 24, y: 5 }],
    ],
  },
  rotzoom: { layers: [[undefined, { x: 6, y: -3, rotate: 8, zoom: 1.08, about: middle }]] },
  soft: {
    softBackground: 8,
    layers: [
      [undefined, { x: 2.2, y: 0.3 }],
      [blob(200, 150, 22), { x: 30, y: 4 }],
      [blob(420, 120, 16, 2), { x: -18, y: 12 }],
      [blob(330, 270, 28, 3), { x: 9, y: -25 }],
    ],
  },
  all: {
    shutter: 0.4,
    grain: 6,
    gain: 0.93,
    offset: 3,
    layers: [
      [undefined, { x: 9, y: 2, rotate: 1, about: middle }],
      [blob(220, 150, 60, 3), { x: 44, y: 10 }],
      [blob(470, 110, 22, 1), { x: -30, y: 14 }],
      [bar(400, -50, 410, 410, 4), { x: 24, y: 1 }],
    ],
  },
};
