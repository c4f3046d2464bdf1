import { beforeAll, describe, expect, it } from 'vitest';
import { ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture, throughFilm } from './fixtures.js';

const at = temporaryFolder();
const PLACED = ['5.1(side)', '4.0', '2.1', '7.1(wide)', '5.0(side)'];
const UNPLACED = [16, 9, 24, 3];

/** Noise that is louder from channel to channel, so that it can be told where each of them went. */
beforeAll(() => {
  const noise = ['-f', 'lavfi', '-i', 'anoisesrc=d=0.4:r=48000:a=0.9'];
  const channels = (n: number) => Array.from({ length: n }, (_, i) => `c${i}=${(i + 1) / n}*c0`).join('|');
  const counts = [6, 4, 3, 8, 5];
  const pans = PLACED.map((layout, i) => `[n${i}]pan=${layout}|${channels(counts[i])}[o${i}]`);
  const split = `[1:a]asplit=${PLACED.length}${PLACED.map((_, i) => `[n${i}]`).join('')}`;
  const maps = PLACED.flatMap((_, i) => ['-map', `[o${i}]`]);
  const film = [...testPicture('64x36', '25', 0.4), ...noise];
  ffmpeg(
    ...film,
    '-filter_complex',
    [split, ...pans].join(';'),
    '-map',
    '0:v',
    ...maps,
    ...QUICK,
    '-c:a',
    'flac',
    at('placed.mkv'),
  );
  const raw = (n: number) => [
    '-f',
    's16le',
    '-ac',
    String(n),
    '-ar',
    '48000',
    '-t',
    '0.4',
    '-i',
    '/dev/zero',
  ];
  const many = UNPLACED.flatMap((_, i) => ['-map', String(i + 1)]);
  const all = [...testPicture('64x36', '25', 0.4), ...UNPLACED.flatMap(raw), '-map', '0:v', ...many];
  ffmpeg(...all, ...QUICK, '-c:a', 'pcm_s16le', at('unplaced.mkv'));
});

/** How many channels each sound has, and where they are heard. */
const sounds = (name: string) =>
  ffprobe(at(name), '-show_streams')
    .streams.filter((s: { codec_type: string }) => s.codec_type === 'audio')
    .map((s: Record<string, unknown>) => `${s.codec_name} ${s.channels} ${s.channel_layout ?? 'unknown'}`);

/** Loudness of the channels of a sound, the loudest 1. */
function loudness(name: string, stream: number, channels: number): number[] {
  const bytes = ffmpeg('-i', at(name), '-map', `0:a:${stream}`, '-f', 'f32le', '-');
  const samples = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const power = new Array(channels).fill(0);
  for (let i = 0; i < samples.length; i++) power[i % channels] += samples[i] ** 2;
  const most = Math.max(...power);
  return power.map((value) => Math.sqrt(value / most));
}

/** Codecs let little but the lowest through in the fourth channel, that of low frequencies. */
const expectInOrder = (channels: number[]) => {
  const others = channels.filter((_, i) => i !== 3);
  for (let i = 1; i < others.length; i++) expect(others[i] - others[i - 1]).toBeGreaterThan(0.05);
};

describe('sound of many channels', () => {
  it('goes into WebM channel by channel, and as many where Opus has not these places', async () => {
    const { notes } = await throughFilm(at('placed.mkv'), at('placed.webm'));
    expect(sounds('placed.webm')).toEqual(
      ['6 5.1', '4 quad', '3 3.0', '8 7.1', '5 5.0'].map((kind) => `opus ${kind}`),
    );
    expect(
      notes.map((note) => note.replace(/^Sound stream (\d) is converted from flac to opus/, '$1')),
    ).toEqual([
      '1.',
      '2 and mixed from 4.0 to quad.',
      '3 and mixed from 2.1 to 3.0.',
      '4 and mixed from 7.1(wide) to 7.1.',
      '5.',
    ]);
    expectInOrder(loudness('placed.webm', 0, 6));
  });

  it('goes into MP4 in the form that players read, and chosen frames as well', async () => {
    await throughFilm(at('placed.mkv'), at('placed.mp4'));
    const kinds = sounds('placed.mp4');
    expect(kinds[0]).toBe('aac 6 5.1');
    expect(kinds[4]).toBe('aac 5 5.0');
    expect(kinds.map((kind: string) => kind.split(' ')[1])).toEqual(['6', '4', '3', '8', '5']);
    expectInOrder(loudness('placed.mp4', 0, 6));
    const { notes } = await throughFilm(at('placed.mkv'), at('part.webm'), {
      ranges: [{ first: 3, last: 7 }],
    });
    expect(sounds('part.webm')).toEqual(sounds('placed.webm'));
    expect(notes).toContain('Sound stream 2 is mixed from 4.0 to quad.');
  });

  it.each([
    [
      'mkv',
      undefined,
      ['pcm_s16le 16 unknown', 'pcm_s16le 9 unknown', 'pcm_s16le 24 unknown', 'pcm_s16le 3 unknown'],
    ],
    ['webm', undefined, ['opus 16 unknown', 'opus 9 unknown', 'opus 24 unknown', 'opus 3 3.0']],
    ['webm', [{ first: 2, last: 5 }], ['opus 16 unknown', 'opus 2 stereo', 'opus 24 unknown', 'opus 3 3.0']],
    ['mp4', undefined, ['aac 16 unknown', 'aac 2 stereo', 'aac 2 stereo', 'aac 3 2.1']],
  ])(
    'is kept in .%s where nobody knows the places of its channels, frames %o',
    async (container, ranges, kinds) => {
      const output = `unplaced${ranges ? '_part' : ''}.${container}`;
      const { notes } = await throughFilm(at('unplaced.mkv'), at(output), { ranges });
      // Later versions of ffmpeg call the places of 16 and 24 channels by names.
      expect(sounds(output).map((kind: string) => kind.replace(/(16|24) .*/, '$1 unknown'))).toEqual(kinds);
      if (kinds[1].endsWith('stereo'))
        expect(notes.join('\n')).toMatch(/Sound stream 2 .*mixed from 9 channels to stereo\./);
    },
  );

  it('that its decoder says nothing of is taken for what so many channels usually are', async () => {
    const noise = [
      '-f',
      'lavfi',
      '-i',
      'anoisesrc=d=0.4:r=48000',
      '-af',
      'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0',
    ];
    const opus = ['-c:a', 'libopus', '-mapping_family', '255'];
    ffmpeg(...testPicture('64x36', '25', 0.4), ...noise, ...QUICK, ...opus, at('discrete.mkv'));
    const { notes } = await throughFilm(at('discrete.mkv'), at('discrete.mov'));
    expect(sounds('discrete.mov')).toEqual(['aac 6 5.1']);
    expect(notes).toEqual(['Sound stream 1 is converted from opus to aac.']);
  });
});
