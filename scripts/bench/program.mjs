// Seconds per frame of the whole program, film in, film out.
import { availableParallelism } from 'node:os';
import { load, networksHere } from './energy/networks.mjs';
import { startTorch } from './energy/torch.mjs';
import { energyWorkload } from './energy/workload.mjs';
import { CLIP_FRAMES, paintClip } from './program/paint_clip.mjs';
import { table } from './report/table.mjs';
import { median, waitForQuiet } from './timing/quiet.mjs';

export const title = 'The whole program';

/** What is painted: so many frames that the following ones have a median. `target` is in seconds per frame. */
const RUNS = [
  { preset: 'draft', network: 'lite', frames: 8, target: 2 },
  { preset: 'standard', network: 'lite', frames: 5, target: 10 },
  { preset: 'fine', network: 'lite', frames: 3 },
];
const FULL_RUNS = [
  ...RUNS,
  { preset: 'draft', network: 'vgg19', frames: 4 },
  { preset: 'standard', network: 'vgg19', frames: 3 },
];
const SIZE = [320, 180];

/** PyTorch's milliseconds for one evaluation of a network's energy at the clip's size, float32. */
async function torchEvaluation(torch, name, path, threads) {
  await torch.load(await energyWorkload(await load(name, path), ...SIZE, threads), threads);
  return median(await torch.time('float32', 5));
}

/** `only`, a preset's name, is for measuring one run alone. */
export async function measure({ full, only }) {
  const threads = availableParallelism();
  const networks = await networksHere();
  const chosen = (full ? FULL_RUNS : RUNS).filter(
    ({ preset, network }) => networks[network] && (!only || preset === only),
  );
  const torch = await startTorch();
  const runs = [];
  const torchTimes = {};
  try {
    for (const { preset, network, frames, target } of chosen) {
      await waitForQuiet(20);
      const options = ['--preset', preset, '--network', networks[network]];
      const { seconds, first, following, evaluations } = await paintClip(frames, options);
      const each = median(following);
      // The rest (starting, looking for shots, encoding) is counted once: it hardly grows with the frames.
      const rest = seconds - first - following.reduce((a, b) => a + b, 0);
      const perFrame = (rest + first + (CLIP_FRAMES - 1) * each) / CLIP_FRAMES;
      if (torch) torchTimes[network] ??= await torchEvaluation(torch, network, networks[network], threads);
      const torchEach = torch ? (median(evaluations) * torchTimes[network]) / 1000 : null;
      runs.push({
        preset,
        network,
        target,
        frames,
        first,
        each,
        perFrame,
        evaluations: median(evaluations),
        torchEach,
      });
      console.error(`${preset}, ${network}: ${each.toFixed(2)} s a frame`);
    }
  } finally {
    await torch?.close();
  }
  return { threads, torch: torch?.name ?? null, runs };
}

export function write({ threads, torch, runs }) {
  const seconds = (value) => value.toFixed(value < 10 ? 2 : 1);
  const rows = runs.map(({ preset, network, target, first, each, perFrame, evaluations, torchEach }) => [
    `${preset}, ${network}`,
    seconds(first),
    seconds(each),
    `${evaluations}`,
    ...(torch ? [seconds(torchEach)] : []),
    `**${seconds(perFrame)}**`,
    target ? `≤ ${target}` : '',
  ]);
  const peer = torch ? ['PyTorch for those alone'] : [];
  return [
    `The demo's clip at 320×180, ${CLIP_FRAMES} frames, through the program itself: decoding, flow, optimisation, sound, encoding; ${threads} threads. Seconds. A first frame is painted coarse to fine; "all in" is a frame's share of the whole clip, computed of a few frames.${torch ? ` What ${torch} (float32) takes for as many evaluations at this size and nothing else stands beside.` : ''}`,
    '',
    ...table(
      [
        'preset, network',
        'first frame',
        'each following',
        'evaluations',
        ...peer,
        'all in, per frame',
        'wanted',
      ],
      rows,
    ),
  ];
}

export function brief({ threads, runs }) {
  const rows = runs.map(({ preset, network, perFrame }) => [
    `\`--preset ${preset}\`, ${network}`,
    perFrame.toFixed(1),
  ]);
  return [`A frame of 320×180, film in, film out, on ${threads} cores:`, '', ...table(['', 'seconds'], rows)];
}
