import { invalidArgument } from '../error.js';
import { ChildFailure } from './child.js';

/** Video encoders that many builds of ffmpeg have; it takes the name of any other it was built with. */
export const KNOWN_ENCODERS = [
  'libx264',
  'libx265',
  'libvpx-vp9',
  'libsvtav1',
  'libaom-av1',
  'prores_ks',
  'ffv1',
  'h264_nvenc',
  'hevc_nvenc',
] as const;

/** Pixel formats that films are commonly written in. */
export const KNOWN_PIXEL_FORMATS = [
  'yuv420p',
  'yuv422p',
  'yuv444p',
  'yuv420p10le',
  'yuv422p10le',
  'yuv444p10le',
] as const;

/** A name that ffmpeg does not know, as the option that gave it; any other error passes through. */
export function unknownName(error: unknown, names: { codec?: string; pixelFormat?: string }): unknown {
  if (!(error instanceof ChildFailure)) return error;
  const { codec, pixelFormat } = names;
  if (codec !== undefined && /Unknown encoder/.test(error.stderr))
    return invalidArgument('--codec', 'the name of an encoder that this ffmpeg has', codec, KNOWN_ENCODERS);
  if (pixelFormat !== undefined && /Unknown pixel format/.test(error.stderr))
    return invalidArgument(
      '--pixel-format',
      'a pixel format of ffmpeg that the encoder takes',
      pixelFormat,
      KNOWN_PIXEL_FORMATS,
    );
  return error;
}
