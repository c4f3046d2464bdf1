import { describe, expect, it } from 'vitest';
import { fadesAmong, type LitFrame } from '../../dist/temporal/fades.js';

/** A picture of luma 110 ± 50 of which a share is seen over black or white, in a wavering scene. */
const seen = (share: number, over = 0): Omit<LitFrame, 'frame' | 'shot'> => ({
  level: over + share * (110 - over),
  spread: 50 * share,
});
const film = (
  lights: readonly Omit<LitFrame, 'frame' | 'shot'>[],
  shotOf: (frame: number) => unknown = () => 0,
): LitFrame[] => lights.map((light, frame) => ({ ...light, frame, shot: shotOf(frame) }));
const ramp = (frames: number) => Array.from({ length: frames }, (_, k) => k / frames);
const whole = (frames: number) => Array<number>(frames).fill(1);
const sharesOf = (frames: readonly LitFrame[]) => {
  const fades = fadesAmong(frames);
  return frames.map(({ frame }) => fades.get(frame)?.share ?? 1);
};

describe('fadesAmong', () => {
  it('finds the shares of a fade in, of one out, and of one through black', () => {
    const shares = [...ramp(12), ...whole(20), ...ramp(15).reverse(), 0, 0, ...ramp(9), ...whole(5)];
    const found = sharesOf(film(shares.map((share) => seen(share))));
    for (const [i, share] of shares.entries()) expect(found[i], `frame ${i}`).toBeCloseTo(share, 1);
    expect(found[0]).toBe(0);
  });

  it('finds white flashes, and which they are over', () => {
    const shares = [...whole(6), 0, 0.4, ...whole(6)];
    const fades = fadesAmong(film(shares.map((share) => seen(share, 255))));
    expect([...fades.keys()].sort()).toEqual([6, 7]);
    expect(fades.get(6)).toEqual({ share: 0, over: 255 });
    expect(fades.get(7)?.share).toBeCloseTo(0.4, 5);
  });

  it('takes the shots on both sides of black for themselves', () => {
    const shares = [...whole(10), ...ramp(10).reverse(), ...ramp(10), ...whole(10)];
    const dim = film(
      shares.map((share, i) => (i < 20 ? seen(share) : { level: 40 * share, spread: 20 * share })),
      (frame) => (frame <= 20 ? 'one' : 'other'),
    );
    const found = sharesOf(dim);
    for (const [i, share] of shares.entries()) expect(found[i], `frame ${i}`).toBeCloseTo(share, 1);
  });

  it('finds a fade that the end of the film, or of what is stored, cuts off', () => {
    const shares = [...whole(10), 0.8, 0.6, 0.4, 0.2, 0.1];
    const found = sharesOf(film(shares.map((share) => seen(share))));
    for (const [i, share] of shares.entries()) expect(found[i]).toBeCloseTo(share, 5);
  });

  it('leaves hard cuts to and from black whole', () => {
    const found = sharesOf(film([...whole(5), 0, 0, 0, ...whole(5)].map((share) => seen(share))));
    expect(found).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1]);
  });

  it('takes no change of light that ends in a picture for one', () => {
    const shares = [...whole(10), 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.4, 0.4, 0.5, 0.7, 0.9, ...whole(10)];
    expect(fadesAmong(film(shares.map((share) => seen(share)))).size).toBe(0);
  });

  it('takes no letters that come in on black for a fade', () => {
    const credits = Array.from({ length: 30 }, (_, i) => ({
      level: i,
      spread: i === 0 ? 0 : Math.sqrt(200 * i),
    }));
    expect([...fadesAmong(film(credits)).keys()]).toEqual([0]);
  });

  it('takes no dim film, and no pale one, for a blank one', () => {
    for (const light of [
      { level: 4, spread: 1.6 },
      { level: 20, spread: 2 },
      { level: 235, spread: 2 },
    ])
      expect(fadesAmong(film(Array(6).fill(light))).size).toBe(0);
    const dim = [...Array(5).fill({ level: 14, spread: 2 }), ...Array(5).fill({ level: 18, spread: 20 })];
    expect(fadesAmong(film(dim)).size).toBe(0);
  });

  it('finds fades out of lifted blacks, and what they are over', () => {
    const shares = [...ramp(8), ...whole(6)];
    const fades = fadesAmong(film(shares.map((share) => ({ level: 15 + 75 * share, spread: 45 * share }))));
    for (const [i, share] of shares.slice(0, 8).entries()) {
      expect(fades.get(i)?.share).toBeCloseTo(share, 5);
      expect(fades.get(i)?.over).toBeCloseTo(15, 5);
    }
    expect(fades.size).toBe(8);
  });

  it('goes on over no gap, and knows nothing of no frames', () => {
    const lights = film([...ramp(6), ...whole(9)].map((share) => seen(share)));
    const found = fadesAmong(lights.filter(({ frame }) => frame !== 3));
    expect([...found.keys()].filter((frame) => frame > 3)).toEqual([]);
    expect(fadesAmong([]).size).toBe(0);
    expect(fadesAmong(film([seen(0)])).get(0)).toEqual({ share: 0, over: 0 });
    expect(fadesAmong(film([seen(1)])).size).toBe(0);
  });
});
