// Builds dist/: TypeScript by tsc, the flow kernels by the AssemblyScript compiler.
// Only what is older than its sources is built again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const newest = (dir) =>
  Math.max(
    0,
    ...readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => statSync(join(e.parentPath ?? e.path, e.name)).mtimeMs),
  );

function run(script, args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const force = process.argv.includes('--force');
if (force) rmSync(join(root, 'dist'), { recursive: true, force: true });
const stamp = join(root, 'dist/.built');
const sources = Math.max(newest(join(root, 'src')), statSync(join(root, 'tsconfig.json')).mtimeMs);
if (force || !existsSync(stamp) || statSync(stamp).mtimeMs < sources) {
  const { writeFileSync } = await import('node:fs');
  mkdirSync(join(root, 'dist/flow'), { recursive: true });
  run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
  const kernels = join(root, 'src/flow/assembly/index.ts');
  if (existsSync(kernels)) {
    const flags = [
      '-O3',
      '--noAssert',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--initialMemory',
      '16',
      '--disableWarning',
      '112',
    ];
    run('node_modules/assemblyscript/bin/asc.js', [kernels, '-o', 'dist/flow/dis.wasm', ...flags]);
  }
  writeFileSync(stamp, '');
}
