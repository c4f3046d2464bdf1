// Builds dist/: TypeScript by tsc, the kernels of flow and optimisers by the AssemblyScript compiler.
// Only what is older than its sources is built again.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
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

/** AssemblyScript's files, what is made of each, and where its memory comes from. */
const KERNELS = [
  ['src/flow/assembly/index.ts', 'dist/flow/dis.wasm', '--initialMemory', '16'],
  ['src/nst/assembly/index.ts', 'dist/nst/vectors.wasm', '--initialMemory', '1', '--importMemory'],
];

const force = process.argv.includes('--force');
if (force) rmSync(join(root, 'dist'), { recursive: true, force: true });
const stamp = join(root, 'dist/.built');
const sources = Math.max(newest(join(root, 'src')), statSync(join(root, 'tsconfig.json')).mtimeMs);
if (force || !existsSync(stamp) || statSync(stamp).mtimeMs < sources) {
  const { writeFileSync } = await import('node:fs');
  run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
  for (const [kernels, output, ...memory] of KERNELS) {
    const source = join(root, kernels);
    const flags = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--disableWarning', '112'];
    run('node_modules/assemblyscript/bin/asc.js', [source, '-o', output, ...flags, ...memory]);
  }
  writeFileSync(stamp, '');
}
