import { isAbsolute, join } from 'node:path';
import { homeFolder } from '../home_folder.js';

/**
 * Where fetched networks are kept: `NST_VIDEO_CACHE`, else this program's folder where the system keeps caches.
 * The folder need not exist.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homeFolder(),
): string {
  if (env.NST_VIDEO_CACHE) return env.NST_VIDEO_CACHE;
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'nst-video');
  // The XDG base directory specification has relative paths ignored.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'nst-video');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'nst-video');
  return join(home, '.cache', 'nst-video');
}
