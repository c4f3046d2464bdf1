import { NstError } from '../error.js';
import { runChild } from './child.js';
import type { Colour } from './colour.js';
import { findFfmpeg } from './ffmpeg.js';

/** ffmpeg's curves that bring what is brighter than white into a picture of ordinary range. */
export const TONE_CURVES = ['hable', 'mobius', 'reinhard'] as const;
export type ToneCurve = (typeof TONE_CURVES)[number];

/** The transfer functions of ITU-R BT.2100, by ffprobe's name. */
const HDR_TRANSFERS: Readonly<Record<string, 'PQ' | 'HLG'>> = { smpte2084: 'PQ', 'arib-std-b67': 'HLG' };

/** What a tone-mapped film is. */
export const SDR: Colour = { matrix: 'bt709', range: 'limited', primaries: 'bt709', transfer: 'bt709' };

/** `PQ` or `HLG` for a film of high dynamic range. */
export function hdrTransfer({ transfer = '' }: { transfer?: string }): 'PQ' | 'HLG' | undefined {
  return HDR_TRANSFERS[transfer];
}

/** 1.0 of linear light, in nits: the white that SDR films are graded for (ITU-R BT.2035). */
const WHITE = 100;

/**
 * ffmpeg's filters from a film of high dynamic range to BT.709 of ordinary range, in floating point between.
 *
 * @param source colour as the film states it; what it leaves open is taken for BT.2100's.
 * @param format ffmpeg's pixel format of the result.
 */
export function toneMapFilters(source: Colour, curve: ToneCurve, format: string): string {
  const primaries = source.primaries === 'unknown' ? 'bt2020' : source.primaries;
  const range = source.range === 'full' ? 'pc' : 'tv';
  const codes = source.matrix === 'gbr' ? '' : `:min=${source.matrix}:rin=${range}`;
  return [
    `zscale=tin=${source.transfer}:pin=${primaries}${codes}:t=linear:npl=${WHITE}:p=bt709`,
    'format=gbrpf32le',
    `tonemap=${curve}:desat=0`,
    `zscale=t=bt709:m=bt709:r=tv`,
    `format=${format}`,
  ].join(',');
}

/**
 * Tries the filters on one grey frame.
 *
 * @throws NstError environment FILTER_MISSING.
 */
export async function assertToneMapping(source: Colour, curve: ToneCurve): Promise<void> {
  const { ffmpeg, version } = await findFfmpeg();
  const grey = ['-f', 'lavfi', '-i', 'color=c=gray:s=16x16:r=25,format=yuv420p10le', '-frames:v', '1'];
  const filters = toneMapFilters(source, curve, 'yuv420p');
  try {
    await runChild(ffmpeg, ['-v', 'error', '-nostdin', ...grey, '-vf', filters, '-f', 'null', '-']);
  } catch (cause) {
    const sentence = `--tonemap needs ffmpeg's filters zscale and tonemap, which ${ffmpeg} ${version} does not have or cannot use. Install an ffmpeg that is built with zimg.`;
    throw new NstError('environment', 'FILTER_MISSING', sentence, { cause });
  }
}
