import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../training/', import.meta.url);

it('the training reads checkpoints as data, never as code', () => {
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.py'));
  const loads = scripts.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/torch\.load\(.*/g)].map(([line]) => line),
  );
  expect(loads.length).toBeGreaterThan(0);
  for (const line of loads) expect(line).toContain('weights_only=True');
});
