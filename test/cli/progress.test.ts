import { describe, expect, it } from 'vitest';
import { progressPrinter } from '../../dist/cli/progress.js';
import { duration, gibibytes } from '../../dist/cli/units.js';

const terminal = (isTTY: boolean, columns = 80) => {
  let text = '';
  return {
    isTTY,
    columns,
    write: (t: string) => (text += t),
    get text() {
      return text;
    },
  };
};
const frame = (place: number) =>
  ({
    type: 'frame',
    frame: place - 1,
    place,
    frames: 4,
    start: 'warped',
    energy: 1234567,
    terms: {},
    iterations: 15,
    seconds: 2,
    path: 'o.mp4.nst/stylised/000001.png',
  }) as const;
const iteration = (n: number) =>
  ({
    type: 'iteration',
    frame: 0,
    place: 1,
    frames: 4,
    iteration: n,
    iterations: 60,
    energy: 1.5e6,
    terms: {},
  }) as const;
const plan = {
  type: 'plan',
  output: 'o.mp4',
  workFolder: 'o.mp4.nst',
  width: 640,
  height: 360,
  frames: 4,
  finished: 1,
  diskNeed: 3 * 2 ** 30,
  diskFree: 2 ** 30,
} as const;

describe('progressPrinter', () => {
  it('tells how far flow has come, on a terminal and elsewhere', () => {
    for (const isTTY of [true, false]) {
      const out = terminal(isTTY);
      const printer = progressPrinter(out, () => 1000);
      printer.emit({ type: 'flow', frame: 12, place: 3, frames: 71 });
      expect(out.text).toBe(isTTY ? '\rflow 3 of 71 (frame 12)\x1b[K' : 'flow 3 of 71 (frame 12)\n');
      expect(printer.progress()).toBe(' after frame 3 of 71');
    }
  });

  it('prints whole lines where there is no terminal', () => {
    const out = terminal(false);
    const p = progressPrinter(out, () => 0);
    p.emit(plan);
    p.emit(iteration(1));
    p.emit(frame(2));
    expect(out.text).not.toContain('\r');
    expect(out.text.trimEnd().split('\n')).toEqual([
      '4 frames of 640x360, 1 of them finished already',
      'kept in o.mp4.nst: up to 3.0 GiB more, 1.0 GiB free',
      'note: that may not be enough; if the disk fills up the job stops and can go on later',
      'frame 2 of 4 · 15 iterations · 4 s left · 2.0 s/frame · energy 1.235e+6',
    ]);
  });

  it('draws one line over and over on a terminal, no more often than people see', () => {
    let now = 0;
    const out = terminal(true);
    const p = progressPrinter(out, () => now);
    for (let i = 0; i < 50; i++, now += 10) p.emit(iteration(i));
    expect(out.text.split('\r').length - 1).toBe(5);
    expect(out.text).not.toContain('\n');
    p.line('a note');
    expect(out.text.endsWith('\r\x1b[Ka note\n')).toBe(true);
  });

  it.each([
    [100, 'frame 1 of 4 (number 90) · iteration 3/60 · 8 s left · 2.0 s/frame · energy 1.500e+6'],
    [80, 'frame 1 of 4 (number 90) · iteration 3/60 · 8 s left · 2.0 s/frame'],
    [60, 'frame 1 of 4 (number 90) · iteration 3/60 · 8 s left'],
    [30, 'frame 1 of 4 (number 90)'],
    [10, 'frame 1 o'],
  ])('on %d columns says the most important in one line', (columns, text) => {
    const out = terminal(true, columns);
    const p = progressPrinter(out, () => 0, false);
    p.emit({ ...plan, finished: 0 });
    p.emit(frame(2));
    p.emit({ ...plan, finished: 0 });
    const before = out.text.length;
    p.emit({ ...iteration(3), frame: 90 });
    expect(out.text.slice(before)).toBe(`\r${text}\x1b[K`);
  });

  it('prints whole lines on a terminal that can only go on', () => {
    const out = terminal(true);
    const p = progressPrinter(out, () => 0, true);
    p.emit(iteration(1));
    p.emit(frame(2));
    expect(out.text).toMatch(/^frame 2 of 4 · .*\n$/);
    for (const control of ['\r', '\x1b']) expect(out.text).not.toContain(control);
  });

  it('uses no colour', () => {
    const out = terminal(true);
    const p = progressPrinter(out, () => 0, false);
    for (const event of [plan, iteration(1), frame(2)]) p.emit(event);
    expect(out.text.replaceAll('\x1b[K', '')).not.toContain('\x1b');
  });

  it('tells the time left from following frames, from a first one only until then', () => {
    const out = terminal(false);
    const p = progressPrinter(out, () => 0);
    p.emit({ ...plan, finished: 0 });
    p.emit({ ...frame(1), start: 'first', seconds: 30 });
    expect(out.text).toMatch(/1 min 30 s left · 30 s\/frame/);
    p.emit({ ...frame(2), seconds: 4 });
    expect(out.text).toMatch(/8 s left · 4\.0 s\/frame/);
    expect(p.progress()).toBe(' after frame 2 of 4');
  });
});

describe('a download', () => {
  const received = (mib: number) =>
    ({ type: 'download', network: 'vgg19', received: mib * 2 ** 20, total: 76 * 2 ** 20 }) as const;

  it('is a bar with speed and time left, of what came in this run', () => {
    const out = terminal(true);
    let now = 0;
    const p = progressPrinter(out, () => now);
    p.emit(received(19));
    expect(out.text).toContain('vgg19 [=====               ] 19 MiB of 76 MiB');
    now = 2000;
    p.emit(received(38));
    expect(out.text).toContain('vgg19 [==========          ] 38 MiB of 76 MiB · 4 s left · 10.0 MB/s');
  });

  it('of unknown length has no bar, and prints nothing where there is no terminal', () => {
    const out = terminal(true);
    progressPrinter(out, () => 0).emit({ ...received(3), total: undefined });
    expect(out.text).toMatch(/vgg19 3 MiB/);
    const log = terminal(false);
    progressPrinter(log, () => 0).emit(received(3));
    expect(log.text).toBe('');
  });
});

describe('units', () => {
  it.each([
    [0.4, '0 s'],
    [59, '59 s'],
    [200, '3 min 20 s'],
    [1830, '31 min'],
    [7500, '2 h 5 min'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('bytes are rounded up below a GiB', () => {
    expect(gibibytes(1)).toBe('1 MiB');
    expect(gibibytes(1.5 * 2 ** 30)).toBe('1.5 GiB');
  });
});
