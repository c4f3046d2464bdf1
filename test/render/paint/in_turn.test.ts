import { describe, expect, it } from 'vitest';
import { paintInTurn, type Turn } from '../../../dist/render/paint/in_turn.js';

/** Resolves when all that is waiting for nothing has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const never = new AbortController().signal;

/** Frames that do as they are told, and what became of them. */
function stage() {
  const log: string[] = [];
  const doors = new Map<string, () => void>();
  const until = (name: string) => new Promise<void>((resolve) => doors.set(name, resolve));
  const open = async (name: string) => {
    doors.get(name)!();
    await settled();
  };
  const paint = async (frame: number, { come, underWay }: Turn) => {
    log.push(`ready ${frame}`);
    await come;
    log.push(`begin ${frame}`);
    underWay();
    await until(`paint ${frame}`);
    const store = async () => {
      await until(`store ${frame}`);
      log.push(`stored ${frame}`);
      return frame;
    };
    return { stored: store() };
  };
  return { log, open, paint };
}

describe('paintInTurn', () => {
  it('makes a frame ready while the one before is painted, and begins it while that one is stored', async () => {
    const { log, open, paint } = stage();
    const result = paintInTurn([1, 2, 3], paint, never);
    await settled();
    expect(log).toEqual(['ready 1', 'begin 1', 'ready 2']);
    await open('paint 1');
    expect(log.splice(0)).toEqual(['ready 1', 'begin 1', 'ready 2', 'begin 2', 'ready 3']);
    await open('store 1');
    await open('paint 2');
    await open('paint 3');
    await open('store 2');
    await open('store 3');
    expect(log).toEqual(['stored 1', 'begin 3', 'stored 2', 'stored 3']);
    expect(await result).toEqual([1, 2, 3]);
  });

  it('ends with the first failure, when nothing it began is at work any more', async () => {
    let working = 0;
    const paint = async (frame: number, { come, underWay }: Turn) => {
      working++;
      try {
        underWay();
        await come;
        if (frame === 2) throw new Error('out of paint');
        const store = async () => {
          working++;
          await settled();
          working--;
        };
        return { stored: store() };
      } finally {
        working--;
      }
    };
    await expect(paintInTurn([1, 2, 3, 4], paint, never)).rejects.toThrow('out of paint');
    expect(working).toBe(0);
  });

  it('begins nothing after the signal', async () => {
    const stopper = new AbortController();
    const { log, open, paint } = stage();
    const refused = expect(paintInTurn([1, 2, 3], paint, stopper.signal)).rejects.toThrow('enough');
    await settled();
    stopper.abort(new Error('enough'));
    await open('paint 1');
    await open('paint 2');
    await open('store 1');
    await open('store 2');
    await refused;
    expect(log).not.toContain('ready 3');
  });
});
