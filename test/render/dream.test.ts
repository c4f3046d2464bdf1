import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderStill, type StillOptions } from '../../dist/index.js';
import { resolveSettings } from '../../dist/render/options/settings.js';
import { clip, ffmpeg, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);

beforeAll(() => void ffmpeg('-ss', '1', '-i', clip, '-frames:v', '1', at('photo.png')));

describe('--dream', () => {
  const still = async (dream: Record<string, number>, dreamWeight: number) => {
    const options = {
      style: [painting],
      size: 96,
      coarsest: 0,
      iterations: { first: 30, next: 30 },
      threads: 1,
      overwrite: true,
    };
    return renderStill(at('photo.png'), { ...options, dream, dreamWeight, output: at('out.png') }).result;
  };

  it('shows more of a layer, or of one feature map, in a picture that is painted all the same', async () => {
    for (const [dream, raised] of [
      ['relu5_1', 1.2],
      ['relu4_1/12', 1.6],
    ] as const) {
      const without = await still({ [dream]: 1 }, 0);
      const with_ = await still({ [dream]: 1 }, 2e6);
      const term = `dream.${dream}`;
      expect(with_.terms[term] / without.terms[term], dream).toBeGreaterThan(raised);
      // Of what the paintings' strokes take off that at the start, most is still taken off.
      expect(with_.terms['style.relu2_1']).toBeLessThan(3 * without.terms['style.relu2_1']);
      expect(with_.iterations).toBe(30);
    }
  });

  it('is a setting of films: recorded, and frames of it are painted again with the same bytes', async () => {
    const film = (...more: string[]) => {
      const size = ['--size', '64', '--iterations', '6,3', '--threads', '1', '--frames', '20-21'];
      return run([clip, '-s', painting, ...size, '--work', at('work'), '-o', at('out.mp4'), '-y', ...more]);
    };
    const dream = ['--dream', 'relu5_1/40:2,relu3_1', '--dream-weight', '5e5'];
    const second = join(at('work'), 'stylised', '000021.png');
    const bytes: Buffer[] = [];
    for (let run = 0; run < 2; run++) {
      const { status, stderr } = await film(...dream);
      expect(status, stderr).toBe(0);
      bytes.push(readFileSync(second));
      rmSync(second);
    }
    expect(bytes[1].equals(bytes[0])).toBe(true);
    const { picture } = JSON.parse(readFileSync(join(at('work'), 'manifest.json'), 'utf8'));
    expect(picture['--dream'].shown).toBe('relu5_1/40:2,relu3_1');
    const other = await film('--dream', 'relu4_1');
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/--dream: relu5_1\/40:2,relu3_1 there, relu4_1 now/);
  });

  it('takes layers and feature maps with factors, and nothing else', () => {
    const { dream } = resolveSettings('image', { dream: 'relu4_1/12:5, relu3_1' });
    expect(dream).toEqual({ 'relu4_1/12': 5, relu3_1: 1 });
    expect(resolveSettings('image', {}).dream).toEqual({});
    for (const wrong of ['relu4_1/', 'relu4_1/x', 'relu4_1:-1', 'conv4_1', ''])
      expect(() => resolveSettings('image', { dream: wrong }), wrong).toThrow(/--dream: expected layers or/);
    expect(() => resolveSettings('image', { styleLayers: 'relu4_1/3' })).toThrow(/--style-layers: expected/);
  });
});

describe('--preset photoreal', () => {
  it('stays far nearer to the photo than the weights of the paper, and paints it still', async () => {
    const paint = (more: Partial<StillOptions>) =>
      renderStill(at('photo.png'), {
        ...{
          style: [painting],
          preset: 'photoreal',
          size: 96,
          iterations: { first: 30, next: 30 },
          threads: 1,
          overwrite: true,
        },
        ...{ output: at('out.png'), ...more },
      }).result;
    const real = await paint({});
    const paper = await paint({
      contentWeight: resolveSettings('image', { preset: 'gatys2016' }).contentWeight,
    });
    const begun = await paint({ iterations: { first: 1, next: 1 } });
    expect(real.terms['content.relu4_2']).toBeLessThan(0.4 * paper.terms['content.relu4_2']);
    const style = ({ terms }: typeof real) => terms['style.relu4_1'];
    expect(style(real)).toBeLessThan(0.7 * style(begun));
    expect(style(real)).toBeGreaterThan(style(paper));
  });

  it('is Gatys’ energy with α/β = 1e-2, from the frame itself', () => {
    const { contentWeight, ...gatys } = resolveSettings('image', { preset: 'gatys2016' });
    const photoreal = resolveSettings('image', { preset: 'photoreal' });
    expect(photoreal.contentWeight).toBeCloseTo(10 * contentWeight, 10);
    for (const name of ['styleWeight', 'styleLayers', 'tvWeight', 'pooling', 'contentLayers'] as const)
      expect(photoreal[name], name).toEqual(gatys[name]);
    expect(photoreal).toMatchObject({ init: 'content', coarsest: 0 });
  });
});
