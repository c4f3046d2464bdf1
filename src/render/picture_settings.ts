import { basename, resolve } from 'node:path';
import type { MediaInfo } from '../frames/probe.js';
import { changesPaint, whenOf } from './colour/colour_settings.js';
import { styleMaskIdentity } from './masks/masked_styles.js';
import { DEFAULTS, showValue } from './options/defaults.js';
import { OPTIONS } from './options/options.js';
import { isAsked } from './options/pass_settings.js';
import type { SettingName, Settings } from './options/setting_types.js';
import { startOf } from './paint/ground.js';
import { fileHash } from './work/file_hash.js';
import type { PictureSetting } from './work/manifest.js';

/** What the files and folders that options name turned out to be; undefined where there is none. */
export interface FoundInputs {
  /** Checksum of the network. */
  readonly network: string;
  /** Of the painted frames, `640x360`. */
  readonly size: string;
  readonly flowDir: string | undefined;
  readonly flowModel: string | undefined;
  /** First frames of the shots that are given. */
  readonly shots: string | undefined;
  /** Of the masks. */
  readonly masks: string;
}

/** What a manifest says of an option; nothing where it has no say in this job. */
type Recorded = PictureSetting | undefined;
type Recorder = (
  settings: Settings,
  found: FoundInputs,
  video: MediaInfo['video'],
) => Recorded | Promise<Recorded>;

const nameOf = (path: string): string => basename(resolve(path));

/** A file or folder by its contents, and to people by its name. */
const byContents = (identity: string | undefined, shown: string): Recorded =>
  identity === undefined ? undefined : { identity, shown };

const plain = (name: SettingName, settings: Settings): PictureSetting => {
  const shown = showValue(settings[name]);
  return { identity: shown, shown };
};

/** Colours that are changed as frames are shown may change while the paintings stay. */
const beforeOnly =
  (name: SettingName): Recorder =>
  (settings) =>
    changesPaint(settings) ? plain(name, settings) : undefined;

/** The options of which more is to be said than their value. */
const RECORDERS: Partial<Record<SettingName, Recorder>> = {
  style: async ({ style }) => ({
    identity: (await Promise.all(style.map(fileHash))).join(' '),
    shown: style.map((path) => basename(path)).join(' '),
  }),
  network: ({ network }, found) => ({ identity: found.network, shown: network }),
  size: (_, { size }) => ({ identity: size, shown: size }),
  // --size and --enlarge meet in the frame size.
  enlarge: () => undefined,
  deinterlace: (settings, _, { interlaced }) => (interlaced ? plain('deinterlace', settings) : undefined),
  tonemap: (settings, _, { toneMap }) => (toneMap ? plain('tonemap', settings) : undefined),
  flow: (settings, { flowDir, flowModel }) => (flowDir || flowModel ? undefined : plain('flow', settings)),
  flowDir: ({ flowDir }, found) => byContents(found.flowDir, nameOf(flowDir ?? '')),
  // Black and white are part of the model's identity.
  flowModel: ({ flowModel, flowModelRange }, found) =>
    byContents(found.flowModel, `${nameOf(flowModel ?? '')} (${flowModelRange})`),
  flowModelRange: () => undefined,
  mask: ({ mask }, { masks }) => ({ identity: masks, shown: mask.join(' ') }),
  styleMask: async (settings) => ({
    identity: await styleMaskIdentity(settings),
    shown: settings.styleMask.join(' '),
  }),
  colour: beforeOnly('colour'),
  colourSpace: beforeOnly('colourSpace'),
  colourMatch: beforeOnly('colourMatch'),
  colourWhen: (settings) =>
    changesPaint(settings) ? byContents(whenOf(settings), whenOf(settings)) : undefined,
  // How frames are shown changes no painting.
  paintFades: () => undefined,
  init: async (settings) => {
    const start = startOf(settings);
    if (start.from !== 'file') return plain('init', settings);
    return { identity: await fileHash(start.path), shown: basename(start.path) };
  },
  shots: ({ shots }, found) => byContents(found.shots, nameOf(shots ?? '')),
};

/** Every setting that decides pixels, with files by their contents. */
export async function pictureSettings(
  settings: Settings,
  { video }: MediaInfo,
  found: FoundInputs,
): Promise<Record<string, PictureSetting>> {
  const out: Record<string, PictureSetting> = {};
  for (const { name, flag, picture } of OPTIONS) {
    if (!picture || !isAsked(name, settings)) continue;
    if (picture === 'where changed' && showValue(settings[name]) === showValue(DEFAULTS[name])) continue;
    const recorder = RECORDERS[name];
    const recorded = recorder ? await recorder(settings, found, video) : plain(name, settings);
    if (recorded) out[flag] = recorded;
  }
  return out;
}
