// npm run soak: kills the program at random moments, goes on, and compares with runs that nobody disturbed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomNumbers } from '../dist/nst/noise.js';
import { compare, compareFolders } from './soak/compare.mjs';
import { commandsOf, FOLDER_MODES, LEFT_OUT, MODES } from './soak/modes.mjs';
import { run } from './soak/program.mjs';

const asset = (name) => fileURLToPath(new URL(`../assets/${name}`, import.meta.url));

/** All modes, by their names. */
const NAMES = [...Object.keys(MODES), ...Object.keys(FOLDER_MODES)];

const HELP = `npm run soak -- [options]

Renders a small film in every mode of the program, kills it with SIGKILL at random moments and runs the same command
again, until it is done; then compares every stored painted frame byte for byte, and the output frame by frame, with
those of a run that nobody disturbed.

  --kills n      how many in all, over the modes in turn (default 20)
  --seed n       of the moments (default 1)
  --modes LIST   ${NAMES.join(',')} (default all)
  --folder DIR   where to work; stays (default a folder that is removed)
  --help         this text

Exit status: 0 all is equal, 1 something is not, 2 usage.`;

function readArguments() {
  const text = (value) => ({ type: 'string', default: value });
  const { values } = parseArgs({
    options: {
      ...{ kills: text('20'), seed: text('1'), modes: text(NAMES.join(',')) },
      ...{ folder: { type: 'string' }, help: { type: 'boolean', default: false } },
    },
  });
  const modes = values.modes.split(',');
  const kills = Number(values.kills);
  const seed = Number(values.seed);
  const strange = modes.find((name) => !NAMES.includes(name));
  if (strange !== undefined) throw new Error(`--modes: expected of ${NAMES.join(', ')}, found "${strange}"`);
  if (!(Number.isInteger(kills) && kills > 0))
    throw new Error(`--kills: expected 1 or more, found "${values.kills}"`);
  return { ...values, modes, kills, seed };
}

/** Two shots of six frames: the film's beginning, and a part of it turned and recoloured. */
function makeFilm(path) {
  const shot = (first, more) => `trim=start_frame=${first}:end_frame=${first + 6},setpts=PTS-STARTPTS${more}`;
  const filter = `[0:v]${shot(0, '')}[a];[1:v]${shot(40, ',hflip,hue=h=150')}[b];[a][b]concat=n=2`;
  const input = ['-i', asset('bunny.mp4')];
  const coding = ['-c:v', 'libx264', '-qp', '0', '-y', path];
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    ...input,
    ...input,
    '-filter_complex',
    filter,
    ...coding,
  ]);
}

async function runToEnd(args) {
  const result = await run(args);
  if (result.status !== 0)
    throw new Error(`nst-video ${args.join(' ')}\nended with ${result.status}: ${result.stderr}`);
  return result;
}

/** As soakMode, for modes that are compared by all files of a folder. */
async function soakFolder(name, kills, { folder, film, random }) {
  const { before, killed, final = killed } = FOLDER_MODES[name];
  const place = (which) => {
    const own = join(folder, `${name}-${which}`.replaceAll(' ', '-'));
    mkdirSync(own);
    return {
      folder: own,
      film,
      style: asset('wave.jpg'),
      other: asset('scream.jpg'),
      painting: asset('rabbit.png'),
    };
  };
  const whole = place('whole');
  if (before) await runToEnd(before(whole));
  const { seconds } = await runToEnd(killed(whole));
  const row = { name, kills: 0, films: 0, frames: 0, problems: [] };
  while (row.kills < kills) {
    const one = place(row.films++);
    if (before) await runToEnd(before(one));
    for (let done = false, command = killed; !done; command = final) {
      const killAfter = row.kills < kills ? seconds * (0.05 + 0.9 * random()) : undefined;
      const result = await run(command(one), killAfter);
      row.kills += Number(result.killed);
      if (result.strays.length > 0) row.problems.push(`${result.strays.length} processes outlived a kill`);
      if (!result.killed && result.status !== 0)
        throw new Error(
          `nst-video ${command(one).join(' ')}\nended with ${result.status} after a kill: ${result.stderr}`,
        );
      done = !result.killed;
    }
    const { problems, frames } = compareFolders(one.folder, whole.folder);
    row.frames += frames;
    row.problems.push(...problems);
    rmSync(one.folder, { recursive: true });
  }
  return row;
}

/** Kills one mode `kills` times, beginning anew where it gets done before. */
async function soakMode(name, kills, { folder, film, random }) {
  const files = (base) => ({ film, style: asset('wave.jpg'), base: join(folder, base.replaceAll(' ', '-')) });
  const whole = files(`${name}-whole`);
  const reference = commandsOf(MODES[name], whole);
  if (reference.before) await runToEnd(reference.before);
  const { seconds } = await runToEnd(reference.killed);
  const row = { name, kills: 0, films: 0, frames: 0, problems: [] };
  while (row.kills < kills) {
    const one = files(`${name}-${row.films}`);
    const { before, killed } = commandsOf(MODES[name], one);
    if (before) await runToEnd(before);
    for (let done = false; !done; ) {
      const killAfter = row.kills < kills ? seconds * (0.05 + 0.9 * random()) : undefined;
      const result = await run(killed, killAfter);
      row.kills += Number(result.killed);
      if (result.strays.length > 0) row.problems.push(`${result.strays.length} processes outlived a kill`);
      if (!result.killed && result.status !== 0)
        throw new Error(
          `nst-video ${killed.join(' ')}\nended with ${result.status} after a kill: ${result.stderr}`,
        );
      done = !result.killed;
    }
    const { problems, frames } = compare(one.base, whole.base);
    row.films++;
    row.frames += frames;
    row.problems.push(...problems);
  }
  return row;
}

async function main() {
  const options = readArguments();
  if (options.help) {
    console.log(HELP);
    return;
  }
  for (const [name, missing] of Object.entries(LEFT_OUT))
    console.log(`${name}: left out, the program has no ${missing.join(', ')}`);
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'nst-soak-'));
  mkdirSync(folder, { recursive: true });
  const context = { folder, film: join(folder, 'film.mp4'), random: randomNumbers(options.seed) };
  try {
    makeFilm(context.film);
    console.log('mode              kills  films  files compared  problems');
    for (const [k, name] of options.modes.entries()) {
      const share = Math.floor((options.kills + options.modes.length - 1 - k) / options.modes.length);
      if (share === 0) continue;
      const { kills, films, frames, problems } = await (name in MODES ? soakMode : soakFolder)(
        name,
        share,
        context,
      );
      const cells = [kills, films, frames].map((v, i) => String(v).padStart([5, 5, 14][i]));
      console.log(`${name.padEnd(16)}  ${cells.join('  ')}  ${problems.length || 'none'}`);
      for (const problem of problems) console.log(`  ${problem}`);
      if (problems.length > 0) process.exitCode = 1;
    }
  } finally {
    if (!options.folder) rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`soak: ${error.message}`);
  process.exitCode = error.message.startsWith('--') || error.code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
