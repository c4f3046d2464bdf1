import { hasAlpha } from './colour.js';
import { decimal } from './decimal.js';
import { type Container, containerOf } from './output.js';

/** How the picture is compressed. */
export interface EncoderSettings {
  /** ffmpeg's encoder; by default H.264 (libx264), VP9 (libvpx-vp9) in .webm. */
  readonly codec?: string;
  /** Constant quality, smaller is better. Default 16 for encoders that have it. */
  readonly crf?: number;
  /** Default yuv420p, or what the encoder has nearest to it. One with alpha (yuva420p, rgba) takes the pictures' alpha. */
  readonly pixelFormat?: string;
  /** Further arguments for ffmpeg's output, last, so that they win. */
  readonly extra?: readonly string[];
}

export const ENCODER_DEFAULTS = { crf: 16, pixelFormat: 'yuv420p' } as const;

/** Encoders that cannot take it, and what they get: ProRes is 10 bits, MJPEG full range. */
const OTHER_PIXEL_FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^prores/, 'yuv422p10le'],
  [/^mjpeg$/, 'yuvj420p'],
];

/** The encoder and the pixel format that the settings mean in a container. */
export function encoderOf(
  container: Container,
  { codec = container.videoCodec, pixelFormat }: EncoderSettings,
) {
  const own = OTHER_PIXEL_FORMATS.find(([name]) => name.test(codec))?.[1];
  return { codec, pixelFormat: pixelFormat ?? own ?? ENCODER_DEFAULTS.pixelFormat };
}

const CRF_ENCODERS = new Set([
  'libx264',
  'libx264rgb',
  'libx265',
  'libvpx',
  'libvpx-vp9',
  'libaom-av1',
  'libsvtav1',
]);

/** Pixel formats of encoders that take alpha, and ffmpeg's muxers that then keep it. */
const ALPHA_FORMATS: Readonly<Record<string, readonly [format: string, muxers: RegExp]>> = {
  'libvpx-vp9': ['yuva420p', /^(webm|matroska)$/],
  libvpx: ['yuva420p', /^(webm|matroska)$/],
  prores_ks: ['yuva444p10le', /^(mov|matroska)$/],
  qtrle: ['argb', /^mov$/],
  png: ['rgba', /^(mov|matroska)$/],
  ffv1: ['yuva420p', /^matroska$/],
};

/**
 * The pixel format in which a film keeps an alpha with this encoder: the one asked for where it has alpha, else the
 * encoder's usual one; undefined where the film cannot hold any, or another format was asked for.
 *
 * @throws NstError usage OUTPUT_FORMAT_UNKNOWN.
 */
export function alphaPixelFormat(
  output: string,
  { codec, pixelFormat }: EncoderSettings,
): string | undefined {
  const container = containerOf(output);
  const [format, muxers] = ALPHA_FORMATS[codec ?? container.videoCodec] ?? [];
  if (!format || !muxers?.test(container.format)) return undefined;
  if (pixelFormat === undefined) return format;
  return hasAlpha(pixelFormat) ? pixelFormat : undefined;
}

/** ffmpeg's arguments for an encoder as `encoderOf` chose it. */
export function videoEncoder(
  container: Container,
  encoder: EncoderSettings,
  codec: string,
  pixelFormat: string,
): string[] {
  const crf = encoder.crf ?? (CRF_ENCODERS.has(codec) ? ENCODER_DEFAULTS.crf : undefined);
  // x264's crf 0 is lossless in 8 bits only; its quantiser 0 is at every depth.
  const quality = crf === 0 && codec.startsWith('libx264') ? ['-qp', '0'] : ['-crf', decimal(crf ?? 0)];
  return [
    ...['-c:v', codec, '-pix_fmt', pixelFormat],
    ...(crf === undefined ? [] : quality),
    // Without it libvpx takes crf as a ceiling under a bit rate of its own.
    ...(/^lib(vpx|aom)/.test(codec) && crf !== undefined ? ['-b:v', '0'] : []),
    // libvpx cannot hide frames where there is alpha.
    ...(codec.startsWith('libvpx') && hasAlpha(pixelFormat) ? ['-auto-alt-ref', '0'] : []),
    // Equal frames would be none at all: Theora has an empty packet for them, which ffmpeg throws away.
    ...(codec === 'libtheora' ? ['-g', '1'] : []),
    // Apple's players take HEVC in MP4 only under this name.
    ...(codec === 'libx265' && /^(mp4|mov)$/.test(container.format) ? ['-tag:v', 'hvc1'] : []),
  ];
}
