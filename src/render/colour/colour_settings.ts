import { OPTIONS } from '../options/options.js';
import type { ColourWhen, SettingName, Settings } from '../options/setting_types.js';
import { resolveSettings } from '../options/settings.js';
import type { Manifest } from '../work/manifest.js';

/** What the settings say of colours, and of fades. */
export type ColourSettings = Pick<Settings, (typeof NAMES)[number]>;

const NAMES = [
  'colour',
  'colourSpace',
  'colourMatch',
  'colourWhen',
  'paintFades',
] as const satisfies SettingName[];

/**
 * When colours are changed. `content-match` recolours the painting, as Gatys et al. 2016 do; `content-luma` what was
 * painted, as neural-style does.
 */
export function whenOf({ colour, colourWhen }: ColourSettings): ColourWhen {
  return colourWhen ?? (colour === 'content-match' ? 'before' : 'after');
}

/** Whether frames are painted otherwise than without these settings; else they are only shown otherwise. */
export const changesPaint = (settings: ColourSettings): boolean =>
  settings.colour !== 'style' && whenOf(settings) === 'before';

/**
 * The colour settings of the latest job in a work folder. What is given in their place is done to its frames as they
 * are stored.
 */
export function coloursOfWork(
  { settings }: Pick<Manifest, 'settings'>,
  given: Partial<Omit<ColourSettings, 'colourWhen'>> = {},
): ColourSettings {
  const specs = OPTIONS.filter(({ name }) => (NAMES as readonly string[]).includes(name));
  // Folders of versions that knew no colours say nothing, and "none" is what was not given.
  const storedAs = (text: string | undefined, isSwitch: boolean) =>
    text === 'none' ? undefined : isSwitch && text !== undefined ? text === 'true' : text;
  const stored = specs.map(({ name, flag, value }) => [
    name,
    storedAs(settings[flag], value.kind === 'switch'),
  ]);
  const asked = NAMES.map((name) => [name, (given as Partial<ColourSettings>)[name]] as const).filter(
    ([, value]) => value !== undefined,
  );
  const after = given.colour === undefined ? {} : { colourWhen: 'after' };
  return resolveSettings('film', Object.fromEntries([...stored, ...asked, ...Object.entries(after)]));
}
