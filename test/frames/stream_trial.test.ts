import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { childStarted } from '../../dist/child_started.js';
import { encodeFilm } from '../../dist/frames/encode.js';
import { probe } from '../../dist/frames/probe.js';
import { settleParts } from '../../dist/frames/stream_trial.js';
import { createPicture, type Picture } from '../../dist/picture.js';
import { failure, ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture, throughFilm } from './fixtures.js';

const at = temporaryFolder();
const tone = (...more: string[]) => ['-f', 'lavfi', '-i', `sine=d=0.4:${['r=48000', ...more].join(':')}`];
const picture = testPicture('64x36', '25', 0.4);

/** Another name for a codec, of the same length, from its `n`-th mention on. */
function renamed(from: string, to: string, codec: string, other: string, n = 0): void {
  const text = readFileSync(at(from), 'latin1');
  const places = [...text.matchAll(new RegExp(codec, 'g'))].map(({ index }) => index);
  const bytes = Buffer.from(text, 'latin1');
  for (const place of places.slice(n)) bytes.write(other, place, 'latin1');
  writeFileSync(at(to), bytes);
}

beforeAll(() => {
  writeFileSync(at('words.srt'), '1\n00:00:00,100 --> 00:00:00,300\nGood day\n');
  const three = ['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-c:a', 'aac'];
  const words = ['-i', at('words.srt')];
  ffmpeg(
    ...picture,
    ...tone(),
    ...tone('f=880'),
    ...words,
    ...three,
    ...QUICK,
    '-c:s',
    'mov_text',
    at('all.mov'),
  );
  const boxes = readFileSync(at('all.mov'), 'latin1').match(/mp4a/g)!.length;
  // As phones record spatial sound beside the ordinary one.
  renamed('all.mov', 'spatial.mov', 'mp4a', 'apac', boxes / 2);
  const text = Buffer.from(readFileSync(at('spatial.mov'), 'latin1'), 'latin1');
  text.write('dapa', text.indexOf('esds', text.indexOf('apac')), 'latin1');
  writeFileSync(at('spatial.mov'), text);
  const mkv = ['-map', '0', '-map', '1', '-map', '3', ...QUICK, '-c:a', 'flac', '-c:s', 'srt'];
  ffmpeg(...picture, ...tone(), ...tone(), ...words, ...mkv, at('plain.mkv'));
  renamed('plain.mkv', 'strange.mkv', 'A_FLAC', 'A_WHAT');
  renamed('strange.mkv', 'strange.mkv', 'S_TEXT/UTF8', 'S_TEXT/HUH8');
});

const codecs = (name: string) =>
  ffprobe(at(name), '-show_streams')
    .streams.map((s: { codec_name: string }) => s.codec_name)
    .join(' ');

describe('a stream that cannot be kept is left out alone', () => {
  it.each([
    ['spatial.mov', 'spatial_out.mov', undefined, 'h264 aac mov_text'],
    ['spatial.mov', 'spatial.mkv', undefined, 'h264 aac subrip'],
    ['spatial.mov', 'spatial.webm', [{ first: 2, last: 5 }], 'vp9 opus'],
  ])('sound that nothing decodes: %s in %s', async (input, output, ranges, expected) => {
    const { notes } = await throughFilm(at(input), at(output), { ranges });
    expect(codecs(output)).toBe(expected);
    expect(notes).toContain('Sound stream 2 (apac) is left out: this ffmpeg cannot decode it.');
  });

  it('sound and subtitles of which nothing is known', async () => {
    const { notes } = await throughFilm(at('strange.mkv'), at('strange.mp4'));
    expect(codecs('strange.mp4')).toBe('h264');
    expect(notes).toEqual([
      'Sound stream 1 (unknown) is left out: this ffmpeg cannot decode it.',
      'Subtitle stream 2 (unknown) is left out: this ffmpeg cannot decode it.',
    ]);
  });

  it('and one that its container refuses as it is goes there in another way', async () => {
    ffmpeg(...picture, ...tone(), ...QUICK, '-c:a', 'libmp3lame', '-ar', '8000', at('low.mkv'));
    const { notes } = await throughFilm(at('low.mkv'), at('low.mp4'));
    expect(codecs('low.mp4')).toBe('h264 aac');
    expect(notes).toEqual(['Sound stream 1 is converted from mp3 to aac.']);
  });
});

describe('what ffmpeg stumbles over late', () => {
  const grey = async function* (): AsyncGenerator<Picture> {
    for (let i = 0; i < 10; i++) yield createPicture(64, 36);
  };
  const film = async (name: string) => {
    const source = await probe(at(name));
    const encoder = { extra: ['-preset', 'ultrafast'] };
    return {
      output: at(`${name}.mp4`),
      width: 64,
      height: 36,
      frameRate: source.video.frameRate,
      source,
      encoder,
    };
  };

  it('is left out, and the film made again without it', async () => {
    // Longer than MP4's subtitles can be.
    const long = `2\n00:00:00,300 --> 00:00:00,380\n${'x'.repeat(70_000)}\n`;
    writeFileSync(at('long.srt'), `${readFileSync(at('words.srt'))}\n${long}`);
    ffmpeg(
      '-i',
      at('plain.mkv'),
      '-i',
      at('long.srt'),
      '-map',
      '0:v',
      '-map',
      '0:a',
      '-map',
      '1',
      '-c',
      'copy',
      at('long.mkv'),
    );
    // As if the long one came hours later: what was seen at the beginning was a film that is all right.
    const late = { ...(await film('long.mkv')), parts: await settleParts(await film('plain.mkv')) };
    const { notes } = await encodeFilm({ ...late, frames: { [Symbol.asyncIterator]: grey } });
    expect(codecs('long.mkv.mp4')).toBe('h264 aac');
    expect(notes).toEqual([expect.stringMatching(/^Subtitle stream 2 \(subrip\) is left out: /)]);
    // Pictures that come once are gone.
    expect(await failure(encodeFilm({ ...late, frames: grey() }))).toMatchObject({ code: 'ENCODE_FAILED' });
  });

  it('a source that is gone takes its sound with it, not the film', async () => {
    writeFileSync(at('leaves.mkv'), readFileSync(at('plain.mkv')));
    const leaving = await film('leaves.mkv');
    const parts = await settleParts(leaving);
    rmSync(at('leaves.mkv'));
    const { notes } = await encodeFilm({ ...leaving, parts, frames: { [Symbol.asyncIterator]: grey } });
    expect(codecs('leaves.mkv.mp4')).toBe('h264');
    expect(notes).toEqual([
      expect.stringMatching(/leaves\.mkv cannot be read any more\. .* alone, without sound/),
    ]);
  });

  it('damaged sound is kept as far as it goes', async () => {
    ffmpeg(...picture, ...tone(), ...QUICK, '-c:a', 'libmp3lame', at('damaged.mkv'));
    const bytes = readFileSync(at('damaged.mkv'));
    const { packets } = ffprobe(
      at('damaged.mkv'),
      '-select_streams',
      'a',
      '-show_entries',
      'packet=pos,size',
    );
    for (const { pos, size } of packets.slice(2))
      bytes.fill(0x55, Number(pos) + 8, Number(pos) + Number(size));
    writeFileSync(at('damaged.mkv'), bytes);
    const frames = { [Symbol.asyncIterator]: grey };
    const { notes } = await encodeFilm({ ...(await film('damaged.mkv')), frames, output: at('damaged.mov') });
    expect(codecs('damaged.mov')).toBe('h264 mp3');
    expect(notes).toEqual([]);
    await encodeFilm({ ...(await film('damaged.mkv')), frames, encoder: {}, output: at('damaged.webm') });
    expect(codecs('damaged.webm')).toBe('vp9 opus');
  });
});

describe('the trial before painting', () => {
  const started = async (work: () => Promise<unknown>) => {
    const commands: string[] = [];
    const listen = (command: unknown) => void commands.push(String(command));
    childStarted.subscribe(listen);
    await work().finally(() => childStarted.unsubscribe(listen));
    return commands.filter((command) => / -max_error_rate /.test(command));
  };
  const settings = async (name: string, output: string) => {
    const source = await probe(at(name));
    return { output: at(output), width: 64, height: 36, frameRate: source.video.frameRate, source };
  };

  it("reads the film's beginning and no more, and nothing twice where all is well", async () => {
    const film = await settings('plain.mkv', 'x.mkv');
    const commands = await started(() => settleParts(film));
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(command).toMatch(/ -t 1 .*-i \S*plain\.mkv/);
    // The one that has subtitles, which may be an hour apart, ends with the file's head.
    const [sound, all] = commands;
    expect(sound).not.toMatch(/-c:s/);
    expect(all).toMatch(/-c:s:0 copy .* -fs 1 /);
  });

  it.each([
    ['mp4', { codec: 'ffv1' }, /x\.mp4: ffmpeg does not take these encoder settings: /],
    ['webm', { codec: 'libx264' }, /x\.webm: ffmpeg does not take these encoder settings: /],
    ['mp4', { codec: 'libnothing' }, /--codec: .*found "libnothing"/],
    ['mkv', { pixelFormat: 'yuv410p' }, /film size: .*divisible by 4 and 4 .*found "66x36"/],
  ])('refuses a picture that .%s does not take: %o', async (container, encoder, message) => {
    const film = { ...(await settings('plain.mkv', `x.${container}`)), width: 66, encoder };
    const error = await failure(settleParts(film));
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(message);
  });

  it.each([
    ['mkv', 'qtrle'],
    ['mov', 'rawvideo'],
  ])('refuses what .%s takes and nothing reads: %s', async (container, codec) => {
    const film = { ...(await settings('plain.mkv', `x.${container}`)), encoder: { codec } };
    const error = await failure(settleParts(film));
    expect(error).toMatchObject({ kind: 'usage', code: 'ENCODE_FAILED' });
  });

  it('a film that stands still has all its frames with Theora', async () => {
    const film = { ...(await settings('plain.mkv', 'still.mkv')), encoder: { codec: 'libtheora' } };
    const picture = { width: 64, height: 36, data: new Float32Array(3 * 64 * 36).fill(99) };
    async function* still() {
      for (let i = 0; i < 5; i++) yield picture;
    }
    await encodeFilm({ ...film, ranges: [{ first: 0, last: 4 }], frames: still() });
    const { packets } = ffprobe(at('still.mkv'), '-select_streams', 'v', '-show_entries', 'packet=pts');
    expect(packets).toHaveLength(5);
  });
});
