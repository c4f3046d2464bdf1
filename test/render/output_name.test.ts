import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultFilmName, defaultStillName, defaultWorkFolder } from '../../dist/render/output_name.js';

describe('output names', () => {
  it('lie beside the input and name the style', () => {
    expect(defaultFilmName({ path: 'films/in.mp4' }, ['styles/wave.jpg'])).toBe('films/in.wave.mp4');
    expect(defaultFilmName({ path: 'in.tar.mkv' }, ['a.png', 'b.jpeg'])).toBe('in.tar.a+b.mkv');
    expect(defaultStillName('photo.jpg', ['wave.jpg'])).toBe('photo.wave.png');
  });

  it('use MP4 for inputs that are no container we write', () => {
    expect(defaultFilmName({ path: 'cradle.gif' }, ['wave.jpg'])).toBe('cradle.wave.mp4');
    expect(defaultFilmName({ path: 'old.avi' }, ['wave.jpg'])).toBe('old.wave.mp4');
    const pictures = { files: [], base: 'shots.v2', notes: [] };
    expect(defaultFilmName({ path: 'shots.v2/', pictures }, ['wave.jpg'])).toBe('shots.v2.wave.mp4');
  });

  it('are no longer than file systems allow, work folder included', () => {
    const bytes = (path: string) => Buffer.byteLength(basename(path));
    const long = `films/${'é'.repeat(125)}.mp4`;
    const film = defaultFilmName({ path: long }, ['styles/wave.jpg']);
    expect(film).toMatch(/^films\/é+~[0-9a-f]{8}\.wave\.mp4$/);
    expect(bytes(defaultWorkFolder(film))).toBeLessThanOrEqual(255);
    expect(bytes(film)).toBeGreaterThan(240);
    // Others that begin alike have other names.
    expect(defaultFilmName({ path: `films/${'é'.repeat(124)}e.mp4` }, ['wave.jpg'])).not.toBe(film);
    const many = Array.from({ length: 40 }, (_, i) => `painting number ${i}.jpg`);
    expect(defaultFilmName({ path: 'in.mp4' }, many)).toMatch(/^in\.painting number 0\+/);
    expect(bytes(defaultWorkFolder(defaultStillName(long, many)))).toBeLessThanOrEqual(255);
    expect(bytes(defaultWorkFolder(`${'a'.repeat(251)}.mp4`))).toBe(255);
  });

  it('name the work folder after the output', () => {
    expect(defaultWorkFolder('a/in.wave.mp4')).toBe('a/in.wave.mp4.nst');
    expect(defaultWorkFolder('frames/')).toBe('frames.nst');
  });
});
