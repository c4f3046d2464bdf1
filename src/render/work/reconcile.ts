import { NstError } from '../../error.js';
import { printable } from '../../printable.js';
import { passesOf, requirePass, throwAwayAfter } from './continue_pass.js';
import { differences, foreign, type Manifest, readManifest, writeManifest } from './manifest.js';
import type { OpenOptions, WorkFolder } from './work_folder.js';

/** What a work folder's manifest is to say, and its files with it, for the job that `wanted` describes. */
export async function reconcile(
  folder: WorkFolder,
  wanted: Manifest,
  options: OpenOptions,
): Promise<Manifest> {
  // What a damaged manifest says does not matter to who starts anew.
  const stored = options.restart ? undefined : await readManifest(folder.manifest);
  if (!stored) {
    if (!options.restart) await refuseUnknown(folder);
    await folder.clear();
    const asked = options.fromFrame
      ? `--from-frame ${options.fromFrame}`
      : options.continuePass && `--continue-pass ${options.continuePass.pass}`;
    if (asked) options.note(`${asked}: nothing is stored yet, so there is nothing to keep`);
    await writeManifest(folder.manifest, wanted);
    return wanted;
  }
  // Settings of a job that never painted a frame bind nobody.
  if (!(await folder.hasPainted()) && !isSame(stored, wanted)) {
    await folder.clear();
    await writeManifest(folder.manifest, wanted);
    return wanted;
  }
  const changed = changedSettings(folder.path, stored, wanted, options);
  if (stored.program !== wanted.program)
    options.note(
      `${folder.path} was begun by version ${printable(stored.program)}, this is ${wanted.program}: pictures may differ slightly`,
    );
  if (stored.runtime.name !== wanted.runtime.name)
    options.note(
      `${folder.path} was begun with ${printable(stored.runtime.name)}, this is ${wanted.runtime.name}: pictures may differ in their last bits`,
    );
  return repaint(folder, stored, wanted, changed, options);
}

/**
 * Refuses painted frames without a manifest: nobody knows which film they are of, and how they were painted. Frames of
 * the film and flow are made again instead.
 * @throws NstError input WORK_FOLDER_BAD
 */
export async function refuseUnknown(folder: WorkFolder): Promise<void> {
  if (!(await folder.hasPainted())) return;
  const message = `${folder.path}: expected a manifest.json that says what its painted frames were made from, found none; give --restart to throw them away, or another --output`;
  throw new NstError('input', 'WORK_FOLDER_BAD', message);
}

/**
 * The picture settings that differ from those of stored frames, where --from-frame or --continue-pass says what to do
 * about them.
 * @throws NstError usage SETTINGS_CHANGED where it does not, or cannot.
 */
export function changedSettings(
  path: string,
  stored: Manifest,
  wanted: Manifest,
  { fromFrame, continuePass }: { readonly fromFrame: unknown; readonly continuePass?: unknown },
): string[] {
  const strange = foreign(stored, wanted);
  // The size of the frames is among the settings too, and need not be told twice.
  const changed = differences(stored, wanted).filter(
    (line) => !(line.startsWith('--size:') && strange.some((other) => other.startsWith('--size:'))),
  );
  const keep =
    passesOf(wanted) > 1
      ? '--continue-pass K to keep the passes up to K'
      : '--from-frame K to keep those before K';
  if (strange.length > 0 || (changed.length > 0 && fromFrame === undefined && continuePass === undefined))
    throw new NstError(
      'usage',
      'SETTINGS_CHANGED',
      `${path}: its frames were made differently (${[...strange, ...changed].join('; ')}); ` +
        (strange.length > 0
          ? 'give --restart to throw them away, or another --output'
          : `give --restart to throw them away, ${keep}, or another --output`),
    );
  return changed;
}

export const isSame = (stored: Manifest, wanted: Manifest): boolean =>
  [...foreign(stored, wanted), ...differences(stored, wanted)].length === 0;

/**
 * Carries out --from-frame or --continue-pass so that stopping at any moment leaves either the old state or the way to
 * the new one.
 */
async function repaint(
  folder: WorkFolder,
  stored: Manifest,
  wanted: Manifest,
  changed: readonly string[],
  options: OpenOptions,
): Promise<Manifest> {
  const { fromFrame: from, continuePass, note } = options;
  // An earlier one was cut off before its old frames were gone; flow is made again, which is always right.
  const current = await finishRepaint(folder, stored, true);
  const asked = from ?? continuePass?.pass;
  const goingOn =
    changed.length === 0 && (from === undefined ? current.continued?.pass : current.repaint?.from) === asked;
  const keepPasses = current.keepPasses || wanted.keepPasses;
  if (asked === undefined || goingOn) {
    const { program, settings, input } = wanted;
    const updated = { ...current, program, settings, input, keepPasses };
    await writeManifest(folder.manifest, updated);
    return updated;
  }
  const memory = changed.some((c) => c.startsWith('--memory'))
    ? wanted.runtime.memory
    : stored.runtime.memory;
  const runtime = { ...stored.runtime, memory };
  const alsoFlow = changed.some((c) => c.startsWith('--flow'));
  if (continuePass) {
    const { pass, ranges } = continuePass;
    const of = passesOf(stored);
    requirePass(folder, pass, of, ranges);
    note(`keeping the passes up to ${pass}, painting from pass ${pass + 1}`);
    return begin({ ...wanted, runtime, keepPasses, continued: { pass, of, pending: true } });
  }
  const kept = (await folder.finished()).filter((i) => i < asked).length;
  note(`keeping ${kept} stored frames before ${asked}, repainting from there`);
  return begin({ ...wanted, runtime, keepPasses, repaint: { from: asked, pending: true } });

  async function begin(next: Manifest): Promise<Manifest> {
    await writeManifest(folder.manifest, next);
    return finishRepaint(folder, next, alsoFlow);
  }
}

/** Throws away what a manifest says is to go, and notes in it that this is done. */
async function finishRepaint(folder: WorkFolder, manifest: Manifest, alsoFlow: boolean): Promise<Manifest> {
  const { repaint, continued } = manifest;
  if (!repaint?.pending && !continued?.pending) return manifest;
  if (repaint?.pending) {
    await folder.removeFrom(repaint.from, alsoFlow);
    // A film in a single pass has no use for what an earlier one in several has left.
    await folder.removePasses();
  }
  if (continued?.pending) {
    await throwAwayAfter(folder, continued.pass, continued.of);
    if (alsoFlow) await folder.removeFlow();
  }
  const done = {
    ...manifest,
    repaint: repaint && { ...repaint, pending: false },
    continued: continued && { ...continued, pending: false },
  };
  await writeManifest(folder.manifest, done);
  return done;
}
