// What figures are of: processor, what it can do that matters here, memory, system, versions.
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';

/** Instructions that decide how fast convolutions are, by the kernel's names. */
const INSTRUCTIONS = { avx2: 'AVX2', avx512f: 'AVX-512', avx512_bf16: 'AVX512-BF16', amx_bf16: 'AMX' };

function instructions() {
  const path = '/proc/cpuinfo';
  const flags = existsSync(path) ? (readFileSync(path, 'utf8').match(/^flags\s*:(.*)$/m)?.[1] ?? '') : '';
  const known = new Set(flags.trim().split(' '));
  return Object.entries(INSTRUCTIONS)
    .filter(([flag]) => known.has(flag))
    .map(([, name]) => name);
}

export function describeMachine() {
  const all = cpus();
  return {
    processor: all[0]?.model.trim() ?? 'unknown processor',
    cores: all.length,
    instructions: instructions(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${process.arch}`,
    node: process.version,
    day: new Date().toISOString().slice(0, 10),
  };
}

/** One line of it. */
export function machineLine({ processor, cores, instructions, memory, system, node, day }) {
  const can = instructions.length > 0 ? ` (${instructions.join(', ')})` : '';
  return `${processor}${can}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memory}; ${system}, Node ${node}; ${day}`;
}
