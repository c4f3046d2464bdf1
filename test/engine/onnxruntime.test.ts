import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as e from '../../dist/engine/index.js';
import { copyEngine } from './engine_copy.js';
import { describeAgreement, describeSessions, runOnce } from './runtime_suites.js';

const runtime = e.createOnnxRuntime({ threads: 1 });

describeAgreement('onnxruntime', () => runtime);
describeSessions('an onnxruntime session', () => e.createOnnxRuntime({ threads: 2 }));

describe('failures', () => {
  it('says when memory runs out', async () => {
    const huge = e.expand(e.input('x', [1]), [2 ** 22, 2 ** 22]);
    await expect(
      runOnce(runtime, { total: e.sum(e.relu(huge)) }, { x: Float32Array.of(1) }),
    ).rejects.toMatchObject({ kind: 'resources', code: 'OUT_OF_MEMORY' });
  });

  it('wants a positive number of threads', () => {
    expect(() => e.createOnnxRuntime({ threads: 0 })).toThrow(
      'threads: expected a positive integer, found 0',
    );
  });

  it('is importable without the native library, and says that it is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nst-engine-'));
    try {
      copyEngine(folder);
      const script = `import { createOnnxRuntime, input, sum } from './dist/engine/index.js';
        const energy = sum(input('x', [2]));
        try { await createOnnxRuntime({ threads: 1 }).compile({ energy }); }
        catch (error) { console.log(energy.op, error.kind, error.code); }`;
      writeFileSync(join(folder, 'main.js'), script);
      const { stdout, stderr } = spawnSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(stdout.trim()).toBe('sum environment RUNTIME_MISSING');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
