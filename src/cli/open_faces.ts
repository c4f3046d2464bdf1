import { NstError } from '../error.js';
import { type Face, type Faces, together } from './face.js';
import type { FaceSettings } from './face_options.js';
import { jsonLines } from './json_lines.js';
import { logFile } from './log_file.js';
import { plainLines } from './plain_lines.js';
import { progressPrinter } from './progress.js';
import { scoreLines } from './score_lines.js';

/**
 * The faces a command shows: JSON on standard output, all else on standard error. With `--json` the terminal says
 * errors only, unless `--verbose` wants more.
 * @throws NstError usage CONFLICTING_OPTIONS for `--quiet --verbose`; what `logFile` throws.
 */
export function openFaces({ json, quiet, verbose, log }: FaceSettings): Faces {
  if (quiet && verbose)
    throw new NstError('usage', 'CONFLICTING_OPTIONS', 'expected --quiet or --verbose, found both');
  const faces: Face[] = [];
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  faces.push(json ? jsonLines(process.stdout) : resultLines(process.stdout));
  if (verbose) faces.push(plainLines(say));
  else if (!json && !quiet) faces.push(progressPrinter(process.stderr));
  if (log !== undefined) faces.push(logFile(log, (problem) => say(`note: ${problem}`)));
  return together(faces);
}

/** What other programs may want to catch: the path of a fetched network, a score. */
function resultLines(out: { write(text: string): unknown }): Face {
  return {
    emit: (event) => {
      if (event.type === 'fetched') out.write(`${event.path}\n`);
      if (event.type === 'scored') out.write(`${scoreLines(event.report).join('\n')}\n`);
    },
    line: () => undefined,
    clear: () => undefined,
    close: () => undefined,
  };
}
