import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certainty } from '../../dist/flow/certainty.js';
import { encodeFlo } from '../../dist/flow/flo.js';
import { createFlowField, type FlowField } from '../../dist/flow/flow_field.js';
import { FlowWorkers } from '../../dist/flow/flow_workers.js';
import { FlowFolder } from '../../dist/render/work/flow_folder.js';
import { failure } from '../frames/fixtures.js';
import { clip, painting, run, scratchFolder } from '../support/program.js';

const folder = scratchFolder();
const at = (...names: string[]) => join(folder, ...names);
const painted = { width: 12, height: 8 };
let workers: FlowWorkers;
beforeAll(() => {
  workers = new FlowWorkers();
});
afterAll(() => workers.close());

function constant(u: number, v: number, width = 12, height = 8): FlowField {
  const flow = createFlowField(width, height);
  flow.u.fill(u);
  flow.v.fill(v);
  return flow;
}
const pgm = (value: number, width = 12, height = 8) =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), Buffer.alloc(width * height, value)]);

/** A folder of flow as artistic-videos leaves it; frames 1 to `frames` there. */
function make(name: string, frames: number, width = 12, height = 8): string {
  mkdirSync(at(name));
  for (let j = 2; j <= frames; j++) {
    writeFileSync(at(name, `backward_${j}_${j - 1}.flo`), encodeFlo(constant(-j, 1, width, height)));
    writeFileSync(at(name, `forward_${j - 1}_${j}.flo`), encodeFlo(constant(j, -1, width, height)));
    writeFileSync(at(name, `reliable_${j}_${j - 1}.pgm`), pgm(51 * j, width, height));
    writeFileSync(at(name, `reliable_${j - 1}_${j}.pgm`), pgm(0, width, height));
  }
  return at(name);
}

/** The motions of these frames to the ones before. */
const back = (...frames: number[]) => frames.map((from) => ({ from, to: from - 1 }));

describe('FlowFolder', () => {
  it("reads a frame's backward flow with its own mask, frames counted from 1 there", async () => {
    const flow = await FlowFolder.open(make('plain', 3));
    expect(await flow.check(back(1, 2), painted)).toEqual([]);
    const first = await flow.read(back(1)[0], painted, workers);
    expect(first.flow).toEqual(constant(-2, 1));
    for (const c of first.certainty.data) expect(c).toBeCloseTo(0.4, 6);
    expect((await flow.read(back(2)[0], painted, workers)).flow.u[0]).toBe(-3);
  });

  it('reads the way forth with its own mask, and other distances', async () => {
    const path = make('forth', 3);
    writeFileSync(join(path, 'backward_3_1.flo'), encodeFlo(constant(-9, 0)));
    writeFileSync(join(path, 'reliable_3_1.pgm'), pgm(255));
    const folder = await FlowFolder.open(path);
    const { forward, backward } = await folder.source(painted, workers)(0, 1, true, async () => []);
    expect([forward?.flow.u[0], forward?.certainty.data[0]]).toEqual([2, 0]);
    expect(backward).toEqual(await folder.read({ from: 1, to: 0 }, painted, workers));
    const far = await folder.read({ from: 2, to: 0 }, painted, workers);
    expect([far.flow.u[0], far.certainty.data[0]]).toEqual([-9, 1]);
  });

  it('works certainty out from both directions where there is no mask, and says so', async () => {
    const path = make('both', 3);
    rmSync(join(path, 'reliable_3_2.pgm'));
    const flow = await FlowFolder.open(path);
    expect(await flow.check(back(1, 2), painted)).toEqual([
      expect.stringMatching(/the certainty of 1 of 2 flows has no picture here/),
    ]);
    const read = await flow.read(back(2)[0], painted, workers);
    expect(read.certainty).toEqual(certainty(constant(-3, 1), constant(3, -1)));
  });

  it('names the first missing file and how many frames lack flow', async () => {
    const path = make('gaps', 5);
    rmSync(join(path, 'backward_3_2.flo'));
    rmSync(join(path, 'reliable_5_4.pgm'));
    rmSync(join(path, 'forward_4_5.flo'));
    const flow = await FlowFolder.open(path);
    expect(await failure(flow.check(back(1, 2, 3, 4, 5), painted))).toMatchObject({
      kind: 'input',
      code: 'FLOW_FILES_MISSING',
      message: `--flow-dir ${path}: found no backward_3_2.flo, which frame 2 needs (frames count from 1 in these names), and flow is missing for 2 frames more`,
    });
    expect((await failure(flow.read(back(4)[0], painted, workers))).message).toMatch(
      /found no reliable_5_4\.pgm \(or \.png\), nor forward_4_5\.flo to work it out from, which frame 4 needs/,
    );
    expect(await flow.check(back(1, 3), painted)).toEqual([]);
  });

  it('resizes flow of the same shape, vectors too, and says so', async () => {
    const flow = await FlowFolder.open(make('large', 2, 24, 17));
    expect(await flow.check(back(1), painted)).toEqual([
      expect.stringMatching(/flow of 24x17 is resized to the painted 12x8/),
    ]);
    const { flow: moved, certainty: sure } = await flow.read(back(1)[0], painted, workers);
    expect([moved.width, moved.height, sure.width, sure.height]).toEqual([12, 8, 12, 8]);
    expect(moved.u[40]).toBeCloseTo(-1, 5);
    expect(moved.v[40]).toBeCloseTo(8 / 17, 5);
    expect(sure.data[40]).toBeCloseTo(0.4, 5);
  });

  it('refuses other shapes, and masks and directions of other sizes', async () => {
    const narrow = await FlowFolder.open(make('narrow', 2, 12, 12));
    expect(await failure(narrow.check(back(1), painted))).toMatchObject({
      code: 'FLOW_SIZE',
      message: `${at('narrow', 'backward_2_1.flo')}: expected flow of the painted frames' 12x8 or of that shape, found 12x12`,
    });
    const path = make('mixed', 2);
    writeFileSync(join(path, 'reliable_2_1.pgm'), pgm(255, 12, 9));
    const mixed = await FlowFolder.open(path);
    for (const work of [() => mixed.check(back(1), painted), () => mixed.read(back(1)[0], painted, workers)])
      expect((await failure(work())).message).toMatch(
        /reliable_2_1\.pgm: expected 12x8 as in .*backward_2_1\.flo, found 12x9/,
      );
    rmSync(join(path, 'reliable_2_1.pgm'));
    writeFileSync(join(path, 'forward_1_2.flo'), encodeFlo(constant(0, 0, 6, 4)));
    expect((await failure((await FlowFolder.open(path)).check(back(1), painted))).message).toMatch(
      /forward_1_2\.flo: expected 12x8 .*found 6x4/,
    );
  });

  it('takes unknown vectors for rest that nobody trusts', async () => {
    const path = make('unknown', 2);
    const flow = constant(1, 1);
    flow.u[5] = 1e10;
    flow.v[30] = Number.NaN;
    writeFileSync(join(path, 'backward_2_1.flo'), encodeFlo(flow));
    const { flow: moved, certainty: sure } = await (await FlowFolder.open(path)).read(
      back(1)[0],
      painted,
      workers,
    );
    for (const i of [5, 30]) expect([moved.u[i], moved.v[i], sure.data[i]]).toEqual([0, 0, 0]);
    expect(sure.data[6]).toBeCloseTo(0.4, 6);
  });

  it('is known by the contents of what it would read', async () => {
    const path = make('one', 4);
    cpSync(path, at('moved'), { recursive: true });
    const identity = async (p: string) => (await FlowFolder.open(p)).identity(4);
    const before = await identity(path);
    expect(await identity(`${at('moved')}/`)).toBe(before);
    // Not read, so of no consequence: the other direction's mask, and forward flow beside a mask.
    writeFileSync(at('moved', 'reliable_1_2.pgm'), pgm(9));
    writeFileSync(at('moved', 'forward_1_2.flo'), encodeFlo(constant(9, 9)));
    expect(await identity(at('moved'))).toBe(before);
    writeFileSync(at('moved', 'reliable_4_3.pgm'), pgm(9));
    expect(await identity(at('moved'))).not.toBe(before);
    expect((await failure(FlowFolder.open(at('nowhere')))).message).toMatch(
      /^--flow-dir .*nowhere: expected a folder of \.flo files, found nothing$/,
    );
  });
});

describe('--flow-dir', () => {
  const film = (name: string, ...more: string[]) =>
    run([clip, '--style', painting, '--size', '96', '--iterations', '2,1', '-o', at(name), ...more]);
  const stored = (name: string, ...path: string[]) => readFileSync(at(`${name}.nst`, ...path));
  const frames = ['--frames', '3-5'];

  it('paints from what "nst-video flow" wrote exactly as from the estimate itself', async () => {
    const flow = await run(['flow', clip, '-o', at('flow'), '--size', '96', ...frames, '--flow', 'medium']);
    expect(flow.status, flow.stderr).toBe(0);
    const direct = await film('direct.mp4', ...frames, '--flow', 'medium');
    expect(direct.status, direct.stderr).toBe(0);
    const read = await film('read.mp4', ...frames, '--flow-dir', at('flow'));
    expect(read.status, read.stderr).toBe(0);
    for (const file of ['flow/000005-000004.flo', 'flow/000005-000004.certainty.png', 'stylised/000005.png'])
      expect(stored('read.mp4', ...file.split('/')).equals(stored('direct.mp4', ...file.split('/')))).toBe(
        true,
      );
    expect(JSON.parse(stored('read.mp4', 'manifest.json').toString()).picture).toMatchObject({
      '--flow-dir': { shown: 'flow' },
    });
  });

  it('goes on only with the same flow, whatever --flow says, and tells what is missing before it paints', async () => {
    const same = await film('read.mp4', ...frames, '--flow-dir', at('flow'), '--flow', 'strong', '-y');
    expect(same.status, same.stderr).toBe(0);
    expect(same.stderr).toMatch(/3 of them finished already/);
    const none = await film('read.mp4', ...frames, '-y');
    expect(none.status).toBe(2);
    expect(none.stderr).toMatch(/--flow-dir: flow there, none now; --flow: none there, strong now/);
    rmSync(at('flow', 'reliable_6_5.png'));
    const changed = await film('read.mp4', ...frames, '--flow-dir', at('flow'), '-y');
    expect(changed.stderr).toMatch(/--flow-dir: flow has other contents now/);
    const more = await film('more.mp4', '--frames', '3-7', '--flow-dir', at('flow'));
    expect(more.status).toBe(3);
    expect(more.stderr).toMatch(/found no backward_7_6\.flo, which frame 6 needs .* for 1 frames? more/);
  });
});
