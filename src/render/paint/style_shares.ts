import { invalidArgument } from '../../error.js';
import type { VideoInfo } from '../../frames/probe.js';
import { toNumber } from '../../frames/rational.js';
import { frameStart } from '../../frames/timing.js';
import type { Settings } from '../options/setting_types.js';
import { type ParsedKeyframe, readKeyframe } from '../options/style_values.js';
import { styleName } from '../output_name.js';

/** What each painting counts from a moment on, in the order of the paintings; the shares sum to 1. */
export interface ShareKeyframe {
  readonly seconds: number;
  readonly shares: readonly number[];
}

/** Seconds from the beginning of a film to that of a frame. */
export type FrameClock = (frame: number) => number;

/** The clock of a film; frames after its end follow at its rate. */
export function frameClock(video: Pick<VideoInfo, 'frameCount' | 'frameRate' | 'edges'>): FrameClock {
  return (frame) => {
    const within = Math.min(frame, video.frameCount);
    return frameStart(video, within) + (frame - within) / toNumber(video.frameRate);
  };
}

type ShareSettings = Pick<Settings, 'style' | 'styleShares' | 'styles'>;

/**
 * What the paintings of a job count: one keyframe where that never changes.
 *
 * @param startOf of the film; without it the moments of frames are not known, and the order of keyframes is not looked at.
 * @returns ascending.
 * @throws NstError usage INVALID_ARGUMENT where shares and paintings do not fit each other, and where the keyframes do
 *   not follow each other.
 */
export function shareKeyframes(settings: ShareSettings, startOf?: FrameClock): ShareKeyframe[] {
  const { style, styleShares, styles } = settings;
  if (styles.length === 0)
    return [{ seconds: 0, shares: normalised(inOrder(styleShares, '--style-shares', style)) }];
  if (styleShares.length > 0)
    throw invalidArgument('--style-shares', 'nothing with --style-at', styleShares.join(','));
  const keyframes = styles.map((text) => {
    // Settings hold them as text that was read once already.
    const { at, shares } = readKeyframe(String(text)) as ParsedKeyframe;
    const seconds = 'frame' in at ? (startOf?.(at.frame) ?? at.frame) : at.seconds;
    const what = `--style-at ${text}`;
    const list =
      shares instanceof Map ? byName(shares, what, style) : inOrder([...shares.values()], what, style);
    return { seconds, shares: normalised(list) };
  });
  if (!startOf) return keyframes;
  const late = keyframes.findIndex(({ seconds }, k) => k > 0 && seconds <= keyframes[k - 1].seconds);
  if (late > 0)
    throw invalidArgument('--style-at', `a moment after that of ${styles[late - 1]}`, String(styles[late]));
  return keyframes;
}

function inOrder(shares: readonly number[], what: string, style: readonly string[]): readonly number[] {
  if (shares.length === 0) return style.map(() => 1);
  if (shares.length !== style.length)
    throw invalidArgument(what, `${style.length} shares, one for each --style`, shares.join(','));
  if (!shares.some((share) => share > 0))
    throw invalidArgument(what, 'a share greater than 0', shares.join(','));
  return shares;
}

function byName(shares: ReadonlyMap<string, number>, what: string, style: readonly string[]): number[] {
  const names = style.map((path) => styleName([path]));
  for (const name of shares.keys())
    if (names.filter((known) => known === name).length !== 1)
      throw invalidArgument(what, `paintings among ${names.join(', ')}, each named once`, name, names);
  return names.map((name) => shares.get(name) ?? 0);
}

/** A share of 1 among zeros stays 1: a film of that painting alone. */
function normalised(shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
}

/**
 * The shares at a time: between two keyframes they go from the one's to the other's along 3t² − 2t³, without a jolt at
 * either; before the first and after the last they stay.
 */
export function sharesAt(keyframes: readonly ShareKeyframe[], seconds: number): readonly number[] {
  const next = keyframes.findIndex((keyframe) => keyframe.seconds > seconds);
  if (next === 0) return keyframes[0].shares;
  if (next < 0) return keyframes[keyframes.length - 1].shares;
  const [from, to] = [keyframes[next - 1], keyframes[next]];
  const t = (seconds - from.seconds) / (to.seconds - from.seconds);
  const eased = t * t * (3 - 2 * t);
  return from.shares.map((share, s) => share + eased * (to.shares[s] - share));
}

/** Which paintings ever count, by their places in the list. */
export function countingStyles(keyframes: readonly ShareKeyframe[]): number[] {
  return keyframes[0].shares.flatMap((_, s) => (keyframes.some(({ shares }) => shares[s] > 0) ? [s] : []));
}
