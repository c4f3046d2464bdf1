import { isAbsolute, join } from 'node:path';
import { homeFolder } from '../home_folder.js';

/**
 * Where looks are kept by name: `NST_VIDEO_LOOKS`, else this program's folder where the system keeps settings. The
 * folder need not exist.
 */
export function looksFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homeFolder(),
): string {
  if (env.NST_VIDEO_LOOKS) return env.NST_VIDEO_LOOKS;
  if (platform === 'win32')
    return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'nst-video', 'looks');
  // The XDG base directory specification has relative paths ignored.
  if (env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME))
    return join(env.XDG_CONFIG_HOME, 'nst-video', 'looks');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'nst-video', 'looks');
  return join(home, '.config', 'nst-video', 'looks');
}
