import { childError, runChild } from './child.js';
import { type EncoderSettings, encoderOf, videoEncoder } from './encoder.js';
import { unknownName } from './encoder_names.js';
import { findFfmpeg } from './ffmpeg.js';
import { containerOf } from './output.js';

/**
 * Tries the encoder on one grey frame that no file is made of.
 *
 * @throws NstError usage ENCODE_FAILED, OUTPUT_FORMAT_UNKNOWN.
 */
export async function checkEncoder(output: string, encoder: EncoderSettings = {}): Promise<void> {
  await tryEncoder(output, encoder, 'color=c=gray:s=128x128:r=25', 1);
}

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
): Promise<void> {
  const container = containerOf(output);
  const { codec, pixelFormat } = encoderOf(container, encoder);
  const tools = await findFfmpeg();
  const input = ['-f', 'lavfi', '-i', pattern, '-frames:v', String(frames)];
  const settings = [...videoEncoder(container, encoder, codec, pixelFormat), ...(encoder.extra ?? [])];
  try {
    await runChild(tools.ffmpeg, ['-v', 'error', '-nostdin', ...input, ...settings, '-f', 'null', '-']);
  } catch (error) {
    const sentence = 'ffmpeg does not take these encoder settings';
    throw childError(unknownName(error, encoder), 'usage', 'ENCODE_FAILED', sentence);
  }
}
