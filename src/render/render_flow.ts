import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { invalidArgument, NstError } from '../error.js';
import { encodeFlo, readFlo } from '../flow/flo.js';
import { flowPicture, flowRange, flowWheel } from '../flow/flow_picture.js';
import { FlowWorkers } from '../flow/flow_workers.js';
import { writeAtomic } from '../frames/atomic.js';
import { decodeFrames } from '../frames/decode.js';
import { encodePng } from '../frames/picture_file.js';
import { writePlane } from '../frames/plane_file.js';
import type { MediaInfo } from '../frames/probe.js';
import { frameNumbers } from '../frames/ranges.js';
import type { Picture } from '../picture.js';
import { isThere } from '../there.js';
import type { Emit } from './events.js';
import { FilmDamage } from './film_damage.js';
import { FlowOutput } from './flow_output.js';
import { type Job, type JobContext, type JobOptions, startJob } from './job.js';
import { estimatorOf, flowModelIdentity, requireFlow, tryFlowModel } from './learned_flow.js';
import type { FlowOptions } from './options/options.js';
import type { Settings } from './options/setting_types.js';
import { checkedPath, resolveSettings } from './options/settings.js';
import { defaultFlowFolder } from './output_name.js';
import { freeSpace } from './plan.js';
import { lookAtFilm, readWith } from './reading.js';
import { version } from './version.js';
import { inputHash } from './work/file_hash.js';
import { asStored, toRanges } from './work/source_frames.js';

/** Bytes of a pair at most: two flow fields, certainty, a colour picture. */
const bytesPerPair = (width: number, height: number): number => width * height * (8 + 8 + 2 + 3) + 10_000;

/** Diameter of the colour wheel's picture, px. */
const WHEEL = 151;

/** What comes of a film's flow. */
export interface FlowResult {
  /** The folder that holds it. */
  readonly output: string;
  /** Its width, px. */
  readonly width: number;
  /** Its height, px. */
  readonly height: number;
  /** The frames whose flow to the one before is there, by their numbers in the source, from 0. */
  readonly frames: readonly number[];
  /** Length of the vectors that have full colour in the pictures, px. */
  readonly fullColour: number;
  /** Wall time, s. */
  readonly seconds: number;
}

/**
 * Computes the optical flow of a film into a folder: for each frame i that follows another `backward_i_j.flo`,
 * `forward_j_i.flo` and `reliable_i_j.png` (the certainty of the former, 16-bit grey), as artistic-videos numbers
 * and names them (from 1; `--flow-dir` reads them), and `backward_i_j.png`, colours for the backward flow, all of
 * one scale, which a note and `wheel.png` tell. What is there already from the same call is kept.
 *
 * Throws nothing itself: the job fails, with an `NstError` of one of the kinds of `EXIT_CODES`.
 *
 * @param input The film's file.
 * @param options By the names of the command line's options, without dashes; all have defaults.
 * @param jobOptions What stops the job.
 */
export function renderFlow(
  input: string,
  options: FlowOptions = {},
  jobOptions: JobOptions = {},
): Job<FlowResult> {
  return startJob(
    async (context) => writeFlow(checkedPath(input, 'film'), resolveSettings('flow', options), context),
    jobOptions,
  );
}

async function writeFlow(
  input: string,
  settings: Settings,
  { emit, signal }: JobContext,
): Promise<FlowResult> {
  const began = performance.now();
  requireFlow(settings);
  const { media, width, height, ranges, sizeNote } = await lookAtFilm(input, settings);
  for (const message of [...media.notes, ...(sizeNote ? [sizeNote] : [])]) emit({ type: 'note', message });
  const frames = [...frameNumbers(ranges.map((r) => ({ ...r, first: r.first + 1 })))];
  if (frames.length === 0) throw noPair(settings.frames, input);
  const made = {
    schema: 1 as const,
    program: version,
    input: { path: input, sha256: await inputHash(media) },
    stream: media.video.streamIndex,
    read: readWith(media, settings),
    size: { width, height },
    flow: await flowSource(settings),
  };
  const path = settings.output ?? defaultFlowFolder(media);
  const { output, release } = await FlowOutput.open(path, made, {
    overwrite: settings.overwrite,
    note: (message) => emit({ type: 'note', message }),
  });
  try {
    const missing = frames.filter((frame) => !output.holds(frame));
    const threads = settings.threads ?? availableParallelism();
    if (missing.length > 0)
      for (const message of await tryFlowModel(settings, { width, height }, threads, signal))
        emit({ type: 'note', message });
    emit({
      type: 'plan',
      output: path,
      workFolder: path,
      width,
      height,
      frames: frames.length,
      finished: frames.length - missing.length,
      diskNeed: missing.length * bytesPerPair(width, height),
      diskFree: freeSpace(path),
    });
    await estimateMissing(media, settings, { width, height }, output, frames, missing, emit, signal);
    const fullColour = await paintColours(output, frames, emit, signal);
    const seconds = (performance.now() - began) / 1000;
    emit({ type: 'done', output: path, frames: frames.length, seconds });
    return { output: path, width, height, frames, fullColour, seconds };
  } finally {
    await release();
  }
}

/** What made the flow of a folder: an estimator's name, or a model with all that tells it apart. */
async function flowSource(settings: Settings): Promise<string> {
  const identity = await flowModelIdentity(settings);
  return identity ? `${basename(settings.flowModel ?? '')} ${identity}` : settings.flow;
}

function noPair(frames: string | undefined, input: string): NstError {
  return frames
    ? invalidArgument('--frames', 'two frames or more that follow each other', frames)
    : new NstError('input', 'FILM_TOO_SHORT', `${input}: expected two frames or more, found one`);
}

async function estimateMissing(
  media: MediaInfo,
  settings: Settings,
  size: { readonly width: number; readonly height: number },
  output: FlowOutput,
  frames: readonly number[],
  missing: readonly number[],
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  if (missing.length === 0) return;
  const threads = settings.threads ?? availableParallelism();
  const workers = new FlowWorkers({ threads });
  const estimator = estimatorOf(settings, threads);
  const wanted = new Set(missing);
  const needed = new Set(missing.flatMap((frame) => [frame - 1, frame]));
  const underWay = new Set<Promise<void>>();
  let place = frames.length - missing.length;
  const pair = async (frame: number, previous: Picture, current: Picture) => {
    const { backward, forward, certainty } = await workers.pair(previous, current, estimator, signal);
    await writeAtomic(output.forward(frame), encodeFlo(forward));
    await writePlane(output.reliable(frame), certainty);
    await writeAtomic(output.backward(frame), encodeFlo(backward));
    emit({ type: 'flow', frame, place: ++place, frames: frames.length });
  };
  const warn = (message: string) => emit({ type: 'note', message });
  const damage = new FilmDamage(media.video, warn);
  const heard = { warn, onDamage: damage.hear };
  try {
    let previous: { index: number; picture: Picture } | undefined;
    const ranges = toRanges([...needed].sort((a, b) => a - b));
    for await (const { index, picture } of decodeFrames(media, { ...size, ranges, signal, ...heard })) {
      const frame = { index, picture: asStored(picture) };
      if (previous?.index === frame.index - 1 && wanted.has(frame.index)) {
        const work = pair(frame.index, previous.picture, frame.picture);
        underWay.add(work);
        work.then(
          () => underWay.delete(work),
          () => undefined, // the race below, or the wait for all, hands it on
        );
      }
      previous = frame;
      // Not reading on holds the decoder back through its pipe.
      while (underWay.size > Math.ceil(threads / 2)) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    damage.tell();
  } finally {
    await workers.close();
    await Promise.allSettled(underWay);
  }
}

/** Colour pictures of all backward flows at one scale, px, which the folder's first call decides and this returns. */
async function paintColours(
  output: FlowOutput,
  frames: readonly number[],
  emit: Emit,
  signal: AbortSignal,
): Promise<number> {
  let { fullColour } = output.made;
  if (fullColour === undefined) {
    const ranges: number[] = [];
    for (const frame of frames) {
      signal.throwIfAborted();
      ranges.push(flowRange(await readFlo(output.backward(frame))));
    }
    // A cut or a flash has wild vectors: nine in ten frames decide.
    fullColour = Number(ranges.sort((a, b) => a - b)[Math.floor(0.9 * (ranges.length - 1))].toPrecision(3));
    await output.setFullColour(fullColour);
  }
  for (const frame of frames) {
    signal.throwIfAborted();
    if (isThere(output.picture(frame))) continue;
    const picture = flowPicture(await readFlo(output.backward(frame)), fullColour);
    await writeAtomic(output.picture(frame), await encodePng(picture, 8));
  }
  if (!isThere(output.wheel)) await writeAtomic(output.wheel, await encodePng(flowWheel(WHEEL), 8));
  emit({
    type: 'note',
    message: `the colour of a pixel is where it was in the frame before: ${output.wheel} has the directions; white is rest, full colour ${fullColour} px, longer vectors are darker`,
  });
  return fullColour;
}
