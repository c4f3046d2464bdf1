// onnxruntime 1.30 and later keep a lasting device id and a database of events in the user's cache, and can send them.
// Its library reads this variable when it is loaded, so it is set before anything can load it: this module comes first.
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { windowsLibrary } from '../program_path.js';

const NAME = 'ORT_DISABLE_TELEMETRY';

if (process.env[NAME] !== '1') {
  process.env[NAME] = '1';
  if (!isMainThread) setForProcess();
}

/** A thread of somebody else's program may have a copy of the environment; native libraries read the process's own. */
function setForProcess(): void {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  if (process.platform === 'win32')
    koffi.load(windowsLibrary('ucrtbase.dll')).func('int _putenv_s(str, str)')(NAME, '1');
  else koffi.load(null).func('int setenv(str, str, int)')(NAME, '1', 1);
}
