import { beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../dist/frames/probe.js';
import { failure, ffmpeg, ffprobe, QUICK, temporaryFolder, testPicture, throughFilm } from './fixtures.js';

const at = temporaryFolder();

beforeAll(() => {
  const tone = ['-f', 'lavfi', '-i', 'sine=d=1:r=48000'];
  const second = [...testPicture('96x54', '30'), ...QUICK];
  ffmpeg(...testPicture(), ...tone, ...QUICK, '-c:a', 'aac', at('one.mp4'));
  ffmpeg(...second, at('second.mp4'));
  const maps = ['-map', '0:a', '-map', '1:v', '-map', '0:v', '-map', '0:a', '-c', 'copy'];
  const languages = ['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=fra'];
  const named = [...languages, '-metadata:s:a:1', 'title=Commentary'];
  const chosen = ['-disposition', '0', '-disposition:v:1', 'default', '-disposition:a:1', 'default'];
  ffmpeg('-i', at('one.mp4'), '-i', at('second.mp4'), ...maps, ...named, ...chosen, at('several.mkv'));
});

const streamsOf = (name: string) => ffprobe(at(name), '-show_streams').streams;

describe('several streams', () => {
  it("renders the file's own choice, and says how to choose another", async () => {
    const { media, notes } = await throughFilm(at('several.mkv'), at('own.mkv'));
    expect(media.video).toMatchObject({ streamIndex: 2, width: 64, frameCount: 25 });
    expect(media.notes).toEqual([
      'The film has 2 picture streams: 2 (h264 64x36) is rendered; --video-stream chooses 1 (h264 96x54).',
    ]);
    expect(notes).toEqual([]);
    expect(streamsOf('own.mkv')[0].disposition.default).toBe(1);
  });

  it('renders the one that was asked for', async () => {
    const { media } = await throughFilm(at('several.mkv'), at('other.mkv'), { videoStream: 1 });
    expect(media.video).toMatchObject({ streamIndex: 1, width: 96, frameCount: 30 });
    expect(streamsOf('other.mkv')[0].avg_frame_rate).toBe('30/1');
    const error = await failure(probe(at('several.mkv'), { videoStream: 0 }));
    expect(error).toMatchObject({ kind: 'usage', code: 'INVALID_ARGUMENT' });
    expect(error.message).toMatch(/--video-stream: .*1 \(h264 96x54\), 2 \(h264 64x36\), found 0/);
  });

  it.each([
    ['all.mkv', undefined],
    ['all.mp4', undefined],
    ['some.mkv', [{ first: 3, last: 7 }]],
  ])('keeps every sound with language, title and what is played by default: %s', async (output, ranges) => {
    await throughFilm(at('several.mkv'), at(output), { ranges });
    const sounds = streamsOf(output).filter((s: { codec_type: string }) => s.codec_type === 'audio');
    expect(sounds).toMatchObject([
      { tags: { language: 'eng' }, disposition: { default: 0 } },
      { tags: { language: 'fra' }, disposition: { default: 1 } },
    ]);
    if (output.endsWith('.mkv')) expect(sounds[1].tags.title).toBe('Commentary');
  });

  it('leaves a cover out, and says so', async () => {
    ffmpeg(...testPicture('64x64'), '-frames:v', '1', at('cover.png'));
    const cover = ['-map', '0', '-map', '1', '-c', 'copy', '-disposition:v:1', 'attached_pic'];
    ffmpeg('-i', at('one.mp4'), '-i', at('cover.png'), ...cover, at('cover.mp4'));
    const covered = await throughFilm(at('cover.mp4'), at('cover_out.mp4'));
    expect(covered.media.video).toMatchObject({ streamIndex: 0, frameCount: 25 });
    expect(covered.media.notes).toEqual(['The cover picture is left out.']);
    expect(streamsOf('cover_out.mp4')).toHaveLength(2);
  });
});
