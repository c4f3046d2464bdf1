// The same computation in PyTorch, by the reference program of the shared data, where both are there.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PYTHON = '/usr/bin/python3';
const shared = process.env.NST_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const folder = resolve(shared, 'prototypes/engine');

/** Prepares the reference's data in a temporary folder, or says why it cannot be run. */
export function prepareTorch() {
  if (!existsSync(join(folder, 'ref_torch.py'))) return { reason: `no reference program in ${folder}` };
  const found = spawnSync(PYTHON, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' });
  if (found.status !== 0) return { reason: 'no PyTorch for /usr/bin/python3 (Debian: python3-torch)' };
  const data = mkdtempSync(join(tmpdir(), 'nst-torch-'));
  const made = spawnSync(process.execPath, [join(folder, 'weights.mjs')], { cwd: data, encoding: 'utf8' });
  if (made.status !== 0) return { reason: `its data could not be made: ${made.stderr.trim()}` };
  return {
    version: found.stdout.trim(),
    blas: blasLibrary(),
    data,
    remove: () => rmSync(data, { recursive: true }),
  };
}

/** Whether the reference has data for frames of this size. */
export function torchKnows(torch, width, height) {
  return existsSync(join(torch.data, `data/in_${height}x${width}.bin`));
}

/** One start of the reference: a first evaluation, then `iters` timed ones; its own report, times in ms. */
export function runTorch(torch, { width, height, threads, iters }) {
  const options = JSON.stringify({ h: height, w: width, threads, iters });
  const run = spawnSync(PYTHON, [join(folder, 'ref_torch.py'), options], {
    cwd: torch.data,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`the reference failed: ${run.stderr.trim()}`);
  return JSON.parse(run.stdout);
}

/** Which library Debian's PyTorch multiplies matrices with: the plain one is several times slower than OpenBLAS. */
function blasLibrary() {
  try {
    return realpathSync('/etc/alternatives/libblas.so.3-x86_64-linux-gnu');
  } catch {
    return 'unknown';
  }
}
