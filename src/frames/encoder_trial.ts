import { childError, runChild } from './child.js';
import { type EncoderSettings, encoderOf, videoEncoder } from './encoder.js';
import { unknownName } from './encoder_names.js';
import { findFfmpeg } from './ffmpeg.js';
import { encoderClock } from './film_clock.js';
import { containerOf } from './output.js';
import type { VideoInfo } from './probe.js';
import { formatRational } from './rational.js';

/**
 * Tries the encoder on one grey frame, so that a long render does not end at a codec that is not there.
 *
 * @param source the film whose rate, or clock where the rate varies, the encoder has to take; 25 frames a second
 *   by default.
 * @throws NstError usage ENCODE_FAILED, OUTPUT_FORMAT_UNKNOWN.
 */
export async function checkEncoder(
  output: string,
  encoder: EncoderSettings = {},
  source?: TimedSource,
): Promise<void> {
  const rate = source ? formatRational(source.frameRate) : '25';
  await tryEncoder(output, encoder, `color=c=gray:s=128x128:r=${rate}`, 1, source);
}

/** What an encoder has to know of a film about its times. */
type TimedSource = Pick<VideoInfo, 'frameRate' | 'frameCount' | 'variableFrameRate' | 'edges'>;

/**
 * Times the encoder on a moving pattern as rough as paint, whose film nobody keeps.
 *
 * @returns seconds until an encoder has begun and ended, and for each frame.
 * @throws NstError usage ENCODE_FAILED, OUTPUT_FORMAT_UNKNOWN.
 */
export async function timeEncoder(
  output: string,
  encoder: EncoderSettings,
  { width, height }: { width: number; height: number },
): Promise<{ start: number; frame: number }> {
  const pattern = `testsrc2=s=${width}x${height}:r=25,noise=alls=8:allf=t`;
  const seconds = async (frames: number) => {
    const began = performance.now();
    await tryEncoder(output, encoder, pattern, frames);
    return (performance.now() - began) / 1000;
  };
  const one = await seconds(1);
  const frame = Math.max(0, (await seconds(1 + TIMED_FRAMES)) - one) / TIMED_FRAMES;
  return { start: Math.max(0, one - frame), frame };
}

const TIMED_FRAMES = 8;

async function tryEncoder(
  output: string,
  encoder: EncoderSettings,
  pattern: string,
  frames: number,
  source?: TimedSource,
): Promise<void> {
  const container = containerOf(output);
  const { codec, pixelFormat } = encoderOf(container, encoder);
  const tools = await findFfmpeg();
  const input = ['-f', 'lavfi', '-i', pattern, '-frames:v', String(frames)];
  const clock = source ? encoderClock({ timing: source, container, codec }) : [];
  const settings = [
    ...videoEncoder(container, encoder, codec, pixelFormat),
    ...clock,
    ...(encoder.extra ?? []),
  ];
  try {
    await runChild(tools.ffmpeg, ['-v', 'error', '-nostdin', ...input, ...settings, '-f', 'null', '-']);
  } catch (error) {
    const sentence = 'ffmpeg does not take these encoder settings';
    throw childError(unknownName(error, encoder), 'usage', 'ENCODE_FAILED', sentence);
  }
}
