import { NstError } from '../error.js';
import type { Job, JobOptions } from '../render/job.js';
import { readLook } from '../render/looks/looks.js';
import { readConfig } from '../render/options/config_file.js';
import { LOOK_KINDS } from '../render/options/inside_settings.js';
import type { Command } from '../render/options/options.js';
import { setOptions } from '../render/options/set_options.js';
import type { Faces } from './face.js';
import { ALL_OPTIONS, commandOptions, FACE_OPTIONS, type FaceSettings } from './face_options.js';
import { openFaces } from './open_faces.js';
import { runJob } from './run_job.js';

type Given = Readonly<Record<string, unknown>>;

/** Options that say where others come from: files do not name files. */
const SOURCES = ['config', 'look', 'set', 'sweep'];

/**
 * What was given, over what the file of `--config` says, over the look. Options of other commands in them are theirs.
 * @throws NstError what `readConfig`, `readLook` and `setOptions` throw; usage CONFLICTING_OPTIONS where `--set` and
 *   another option say the same thing.
 */
export function withConfig(command: Command, given: Given): Given {
  const own = new Set(commandOptions(command).map((o) => o.name));
  const mine = (values: Given) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => own.has(name)));
  const look = typeof given.look === 'string' ? mine(readLook(given.look)) : {};
  const specs = ALL_OPTIONS.filter((o) => !SOURCES.includes(o.name));
  const config = typeof given.config === 'string' ? mine(readConfig(given.config, specs)) : {};
  const { set = [], sweep = [] } = given as { set?: readonly string[]; sweep?: readonly string[] };
  refuseTwice(command, given, set, '--set');
  refuseTwice(command, given, sweep, '--sweep');
  return { ...setOptions(command, { ...look, ...config, ...given }, set) };
}

/**
 * Refuses texts `key=value` about what an option says already.
 * @throws NstError usage CONFLICTING_OPTIONS.
 */
function refuseTwice(command: Command, given: Given, texts: readonly string[], flag: string): void {
  for (const text of texts) {
    const [key] = text.split('=');
    const spec = commandOptions(command).find((o) => o.flag === `--${key}`);
    if (!spec || given[spec.name] === undefined) continue;
    throw new NstError(
      'usage',
      'CONFLICTING_OPTIONS',
      `expected ${spec.flag} or ${flag} ${text}, found both`,
    );
  }
}

/** Of these nothing is kept but the whole. */
const KEPT_WHOLE: readonly string[] = ['score', 'curves', ...Object.keys(LOOK_KINDS)];

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
    const again = KEPT_WHOLE.includes(command) ? 'begins anew' : undefined;
    after(await runJob(face, (options) => begin(own, options), again), face);
  } finally {
    face.close();
  }
}
