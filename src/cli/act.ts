import type { Job, JobOptions } from '../render/job.js';
import { readConfig } from '../render/options/config_file.js';
import type { Command } from '../render/options/options.js';
import type { Faces } from './face.js';
import { ALL_OPTIONS, commandOptions, FACE_OPTIONS, type FaceSettings } from './face_options.js';
import { openFaces } from './open_faces.js';
import { runJob } from './run_job.js';

type Given = Readonly<Record<string, unknown>>;

/**
 * What was given, over what the file named by `--config` says. Options of other commands in it are theirs.
 * @throws NstError what `readConfig` throws.
 */
export function withConfig(command: Command, given: Given): Given {
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
 * Runs one command that is a job: its options from the command line and from `--config`, its faces, and Ctrl-C.
 *
 * @param given What the command line said, by setting name.
 * @param begin Starts the job with the options that are the job's, which checks them.
 * @param after What else the faces are told of the result.
 * @throws NstError what the job fails with; usage and input for options of the face, before the job begins.
 */
export async function act<Result, Options>(
  command: Command,
  given: Given,
  begin: (options: Options, jobOptions: JobOptions) => Job<Result>,
  after: (result: Result, face: Faces) => void = () => undefined,
): Promise<void> {
  const all = Object.entries(withConfig(command, given));
  const isFace = ([name]: [string, unknown]) => FACE_OPTIONS.some((o) => o.name === name);
  const chosen: Partial<FaceSettings> = Object.fromEntries(all.filter(isFace));
  const face = openFaces({ json: false, quiet: false, verbose: false, ...chosen });
  const own = Object.fromEntries(all.filter((entry) => !isFace(entry))) as Options;
  try {
    // Of these nothing is kept but the whole.
    const again = ['score', 'curves'].includes(command) ? 'begins anew' : undefined;
    after(await runJob(face, (options) => begin(own, options), again), face);
  } finally {
    face.close();
  }
}
