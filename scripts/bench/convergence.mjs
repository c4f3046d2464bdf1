// Evaluations and seconds to the energy that the classical run reaches: from noise, L-BFGS, 1000 at full size.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedPath } from '../../dist/render/networks/network_path.js';
import { measureFrames } from './convergence/frames.mjs';
import { measureStill } from './convergence/stills.mjs';
import { networksHere } from './energy/networks.mjs';
import { table } from './report/table.mjs';

export const title = 'Fewer evaluations';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const shared = process.env.NST_SHARED ?? here('../../../shared');
const wave = here('../../assets/wave.jpg');
const photo = (name) => join(shared, 'content', `cysmith_${name}.jpg`);
const painting = (name) => join(shared, 'styles', `cysmith_${name}.jpg`);

const STILLS = [
  { name: 'Tübingen × Great Wave', photo: photo('tubingen'), painting: wave, size: 160 },
  { name: 'Golden Gate × Great Wave', photo: photo('golden_gate'), painting: wave, size: 320, full: true },
  { name: 'Taj Mahal × The Scream', photo: photo('taj_mahal'), painting: painting('the_scream'), size: 160 },
];
const VGG19 = { name: 'Tübingen × Great Wave', photo: photo('tubingen'), painting: wave, size: 160 };
const SCENES = ['pan', 'static'];
const CLASSICAL = 1000;

export async function measure({ full, stills = STILLS, scenes = SCENES, evaluations = CLASSICAL }) {
  const lite = shippedPath('lite');
  const { vgg19 } = await networksHere();
  const results = { evaluations, stills: [], frames: [] };
  for (const still of stills.filter((one) => full || !one.full)) {
    if (![still.photo, still.painting].every((file) => existsSync(file))) continue;
    results.stills.push({ network: 'lite', ...(await measureStill(still, lite, evaluations)) });
    console.error(`${still.name}: done`);
  }
  if (full && vgg19 && existsSync(VGG19.photo))
    results.stills.push({ network: 'vgg19', ...(await measureStill(VGG19, vgg19, evaluations)) });
  for (const scene of scenes) {
    results.frames.push(await measureFrames(scene, wave, lite, evaluations));
    console.error(`${scene}: done`);
  }
  return results;
}

const millions = (energy) => (energy / 1e6).toFixed(3);
const times = (of, value) => (value === null ? '–' : `${(of / value).toFixed(1)}×`);
const count = (value) => (value === null ? 'not reached' : value.toFixed(0));

export function write({ evaluations, stills, frames }) {
  const head = [
    'still',
    'classical energy',
    'evaluations',
    'fewer',
    'within 1 %',
    'fewer',
    'seconds',
    'faster',
  ];
  const rows = stills.map(({ network, name, size, classical, ours }) => [
    `${name}, ${network}, ${size}`,
    millions(classical.energy),
    count(ours.evaluations),
    times(evaluations, ours.evaluations),
    `${count(ours.near)} of ${count(classical.near)}`,
    times(classical.near, ours.near),
    ours.seconds === null ? '–' : `${ours.seconds.toFixed(1)} of ${classical.seconds.toFixed(1)}`,
    ours.seconds === null ? '–' : `${(classical.seconds / ours.seconds).toFixed(1)}×`,
  ]);
  const film = [
    'frames 2 … n',
    '',
    'evaluations a frame',
    'fewer',
    'energy',
    'style energy',
    'error, 1 back',
  ];
  const filmRows = frames.flatMap(({ scene, runs }) =>
    runs.map(({ name, each, energy, style, error }) => [
      scene,
      name,
      each.toFixed(1),
      times(evaluations, Math.max(each, 0.1)),
      millions(energy),
      millions(style),
      (1e3 * error).toFixed(2),
    ]),
  );
  return [
    `The classical run starts from noise and takes ${evaluations} evaluations at full size with L-BFGS (history 10, every step taken that lowers the energy), each frame of a film anew, held to its own frame before by the temporal term. Evaluations are at full size, those at smaller ones counted by their pixels. "Within 1 %" is of the classical run's last energy, whose second half gains little.`,
    '',
    ...table(head, rows),
    '',
    'Films: energies are of the pictures as they are stored, clipped to 0..255 and with tone and contrast held, with each run’s own temporal term; the error is against exact motion, as in docs/steadiness.md.',
    '',
    ...table(film, filmRows),
  ];
}
