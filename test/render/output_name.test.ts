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

  it('name the work folder after the output', () => {
    expect(defaultWorkFolder('a/in.wave.mp4')).toBe('a/in.wave.mp4.nst');
    expect(defaultWorkFolder('frames/')).toBe('frames.nst');
  });
});
