import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * This user's own folder: `HOME`, else the one that the system's list of users names, else a folder of this user's
 * where temporary files go, as for a user id that the list lacks. Need not exist.
 */
export function homeFolder(): string {
  for (const find of [homedir, () => userInfo().homedir]) {
    try {
      const found = find();
      if (isAbsolute(found)) return found;
    } catch {
      // Both throw for a user id that is in no list.
    }
  }
  return join(tmpdir(), `nst-video-${process.getuid?.() ?? 'user'}`);
}
