import { readConfig } from '../render/config_file.js';
import type { Settings } from '../render/defaults.js';
import type { Command } from '../render/options.js';
import type { RenderOptions } from '../render/render_film.js';
import { parseGiven, resolveSettings } from '../render/settings.js';
import type { Faces } from './face.js';
import { ALL_OPTIONS, commandOptions, FACE_OPTIONS, type FaceSettings } from './face_options.js';
import { openFaces } from './open_faces.js';
import { runJob } from './run_job.js';

type Given = Readonly<Record<string, unknown>>;

/** Parts what was given into the options of the face and those of the job. */
function parted(given: Given): { face: Given; job: Given } {
  const isFace = ([name]: [string, unknown]) => FACE_OPTIONS.some((o) => o.name === name);
  const entries = Object.entries(given);
  return {
    face: Object.fromEntries(entries.filter(isFace)),
    job: Object.fromEntries(entries.filter((entry) => !isFace(entry))),
  };
}

/** What was given, over what the file named by `--config` says. Options of other commands in it are theirs. */
function withConfig(command: Command, given: Given): Given {
  if (typeof given.config !== 'string') return given;
  const fromFile = readConfig(
    given.config,
    ALL_OPTIONS.filter((o) => o.name !== 'config'),
  );
  const own = new Set(commandOptions(command).map((o) => o.name));
  const wanted = Object.entries(fromFile).filter(([name]) => own.has(name));
  return { ...Object.fromEntries(wanted), ...given };
}

/**
 * Runs one command that is a job: its settings from the command line and from `--config`, its faces, and Ctrl-C.
 * @param given What the command line said, by setting name.
 */
export async function act(
  command: Command,
  given: Given,
  job: (settings: Settings, options: RenderOptions, face: Faces) => Promise<void>,
): Promise<void> {
  const parts = parted(withConfig(command, given));
  const chosen = parseGiven(FACE_OPTIONS, parts.face);
  const face = openFaces({ json: false, quiet: false, verbose: false, ...chosen } as FaceSettings);
  await runJob(face, async (options) => job(resolveSettings(command, parts.job), options, face));
}
