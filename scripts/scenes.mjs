// npm run scenes: the scenes of bench:temporal as files.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SCENES, sceneOf } from './scenes/scenes.mjs';
import { readBackdrop, writeFrames, writeMotion } from './scenes/write_scene.mjs';

const HELP = `npm run scenes -- FOLDER [--scenes ${SCENES.join(',')}] [--seed n]

Writes films whose motion is known exactly: FOLDER/NAME/frames/000000.png, …, and FOLDER/NAME/flow/ with the motion
between neighbours, both ways, and where it holds, named as nst-video flow names it. What the program makes of it:

  nst-video FOLDER/pan/frames --style wave.jpg --flow-dir FOLDER/pan/flow

  --scenes LIST  only these
  --seed n       another take: the same scenes with other grain (default 1)
  --help         this text`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      scenes: { type: 'string', default: SCENES.join(',') },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const names = values.scenes.split(',');
  if (values.help || positionals.length !== 1 || names.some((name) => !SCENES.includes(name))) {
    console[values.help ? 'log' : 'error'](HELP);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const backdrop = await readBackdrop();
  for (const name of names) {
    const scene = sceneOf(name, backdrop, Number(values.seed));
    const folder = join(positionals[0], name);
    await writeFrames(scene, join(folder, 'frames'));
    await writeMotion(scene, join(folder, 'flow'));
    console.log(folder);
  }
}

await main();
