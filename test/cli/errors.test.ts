import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { clip, ffmpeg, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const style = ['--style', painting];

beforeAll(() => {
  writeFileSync(at('text.mp4'), 'this is not a film\n'.repeat(100));
  ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', at('sound.mp4'));
  copyFileSync(clip, at('cut.mp4'));
  truncateSync(at('cut.mp4'), 3000);
  writeFileSync(at('text.jpg'), 'not a picture');
  copyFileSync(clip, at('in.mp4'));
  writeFileSync(at('look.toml'), 'size = 96');
  writeFileSync(at('taken.mp4'), 'somebody needs this');
  mkdirSync(at('bin'));
  for (const tool of ['ffmpeg', 'ffprobe'])
    writeFileSync(
      at(`bin/${tool}`),
      `#!/bin/sh\necho "${tool} version 4.4.2 Copyright (c) the developers"\n`,
      {
        mode: 0o755,
      },
    );
  const network = readFileSync(new URL('../../models/lite.safetensors', import.meta.url));
  writeFileSync(at('short.safetensors'), network.subarray(0, network.length >> 1));
  const headerSize = Number(network.readBigUInt64LE(0));
  const header = network.subarray(8, 8 + headerSize).toString();
  const rewritten = (change: (h: string) => string) =>
    Buffer.concat([
      network.subarray(0, 8),
      Buffer.from(change(header).padEnd(headerSize)),
      network.subarray(8 + headerSize),
    ]);
  writeFileSync(
    at('shapes.safetensors'),
    rewritten((h) => h.replace('[16, 3, 3, 3]', '[16, 3, 9, 1]')),
  );
  writeFileSync(
    at('offsets.safetensors'),
    rewritten((h) => h.replace(/"data_offsets": \[\d+, \d+\]/, '"data_offsets": [0, 99999999]')),
  );
});

const film = (name: string, ...more: string[]) => [at(name), ...style, ...more];

const cases: [string, () => string[], number, RegExp][] = [
  ['a missing film', () => film('nowhere.mp4'), 3, /nowhere\.mp4/],
  ['a text file named .mp4', () => film('text.mp4'), 3, /text\.mp4/],
  ['sound without picture', () => film('sound.mp4'), 3, /sound\.mp4/],
  ['a film cut short', () => film('cut.mp4'), 3, /cut\.mp4/],
  ['no style', () => [at('in.mp4')], 2, /--style/],
  ['a missing style', () => [at('in.mp4'), '--style', at('none.jpg')], 3, /none\.jpg/],
  ['a style that is no picture', () => [at('in.mp4'), '--style', at('text.jpg')], 3, /text\.jpg/],
  ['an unknown option', () => film('in.mp4', '--stlye-weight', '3'), 2, /--stlye-weight.*--style-weight/s],
  ['a value out of range', () => film('in.mp4', '--size', '3'), 2, /--size: expected .* found "3"/],
  ['a value that is no number', () => film('in.mp4', '--style-weight', 'lots'), 2, /--style-weight/],
  ['a range beyond the film', () => film('in.mp4', '--frames', '5000-6000'), 2, /--frames/],
  ['a range that is none', () => film('in.mp4', '--frames', 'all'), 2, /--frames/],
  ['an output that exists', () => film('in.mp4', '-o', at('taken.mp4')), 3, /taken\.mp4.*--overwrite/],
  ['an output folder that cannot be', () => film('in.mp4', '-o', at('taken.mp4/out.mp4')), 3, /taken\.mp4/],
  ['a missing network', () => film('in.mp4', '--network', at('no.safetensors')), 4, /no\.safetensors/],
  [
    'a network cut short',
    () => film('in.mp4', '--network', at('short.safetensors')),
    3,
    /short\.safetensors/,
  ],
  [
    'a network with wrong shapes',
    () => film('in.mp4', '--network', at('shapes.safetensors')),
    3,
    /shapes\.safetensors.*conv1_1/,
  ],
  [
    'a network with offsets past its end',
    () => film('in.mp4', '--network', at('offsets.safetensors')),
    3,
    /offsets\.safetensors/,
  ],
  ['a command misspelt', () => ['imgae', at('text.jpg')], 2, /imgae.*did you mean image\?/],
  ['a command of a command misspelt', () => ['networks', 'lst'], 2, /"lst"; did you mean list\?/],
  ['help of a command misspelt', () => ['help', 'encod'], 2, /"encod"; did you mean encode\?/],
  [
    'an option of another command',
    () => ['image', 'x', '--flow', 'strong'],
    2,
    /--flow is .* nst-video <film>/,
  ],
  ['one dash too few', () => film('in.mp4', '-preset', 'draft'), 2, /did you mean --preset\?/],
  ['a film misspelt', () => film('inn.mp4'), 3, /inn\.mp4 does not exist; did you mean .*\/in\.mp4\?/],
  ['a painting misspelt', () => [at('in.mp4'), '-s', at('txet.jpg')], 3, /did you mean .*\/text\.jpg\?/],
  [
    'a settings file misspelt',
    () => film('in.mp4', '--config', at('look.tml')),
    3,
    /look\.tml.* no such file; did you mean .*\/look\.toml\?/,
  ],
  ['a film as a photo', () => ['image', at('in.mp4'), ...style], 2, /in\.mp4 is a film; .* nst-video /],
  ['a preset misspelt', () => film('in.mp4', '--preset', 'drft'), 2, /one of draft.*; did you mean draft\?/],
  ['a flow misspelt', () => film('in.mp4', '--flow', 'strng'), 2, /did you mean strong\?/],
  ['a network misspelt', () => film('in.mp4', '--network', 'vgg9'), 4, /did you mean vgg19\?/],
  ['a network to fetch misspelt', () => ['networks', 'pull', 'vgg-19'], 2, /did you mean vgg19\?/],
  ['a codec misspelt', () => film('in.mp4', '--codec', 'libx246'), 2, /--codec.*did you mean libx264\?/],
  ['a pixel format misspelt', () => film('in.mp4', '--pixel-format', 'yuv42p'), 2, /did you mean yuv420p\?/],
  ['a shell misspelt', () => ['completion', 'bsh'], 2, /did you mean bash\?/],
  ['a painting without --style', () => [at('in.mp4'), 'wave.jpg'], 2, /--style wave\.jpg/],
  ['an option without its value', () => [at('in.mp4'), '--style'], 2, /--style: expected <picture>/],
  ['a command without its argument', () => ['image'], 2, /image: expected <photo>.* found nothing/],
  ['encode of a folder without a manifest', () => ['encode', folder, '-o', at('x.mp4')], 3, /manifest\.json/],
  ['a photo that is none', () => ['image', at('text.jpg'), ...style], 3, /text\.jpg/],
];

describe('bad input', () => {
  it.concurrent.each(cases)('%s: one line, its exit status, no stack', async (_, args, status, message) => {
    const result = await run([...args()]);
    expect(result.stderr).toMatch(message);
    expect(result.status).toBe(status);
    expect(result.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
    const said = result.stderr.split('\n').filter((l) => l.startsWith('nst-video: '));
    expect(said).toHaveLength(1);
  });

  it('leaves an output that exists as it was', () => {
    expect(readFileSync(at('taken.mp4'), 'utf8')).toBe('somebody needs this');
  });

  it('says how to get ffmpeg where it is missing', async () => {
    const result = await run(film('in.mp4'), { NST_FFMPEG: at('bin/none'), NST_FFPROBE: at('bin/none') });
    expect(result.status).toBe(4);
    expect(result.stderr).toMatch(/ffmpeg/);
  });

  it('refuses ffmpeg older than 5', async () => {
    const result = await run(film('in.mp4'), {
      NST_FFMPEG: at('bin/ffmpeg'),
      NST_FFPROBE: at('bin/ffprobe'),
    });
    expect(result.status).toBe(4);
    expect(result.stderr).toMatch(/version 4\.4\.2; version 5 or newer/);
  });
});
