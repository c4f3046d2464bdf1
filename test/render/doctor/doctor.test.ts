import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DoctorReport, Finding } from '../../../dist/render/doctor/doctor.js';
import { checkMemory, checkNode } from '../../../dist/render/doctor/doctor_checks.js';
import { lookAtMachine } from '../../../dist/render/forecast/machine.js';
import { litePath } from '../../nst/shared_data.js';
import { run, scratchFolder } from '../../support/program.js';

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const found = ({ findings }: DoctorReport, name: string): Finding =>
  findings.find((finding) => finding.name === name) ?? expect.fail(`no finding ${name}`);

async function doctor(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = await run(['doctor', '--json', ...args], {
    NST_VIDEO_CACHE: at('cache'),
    ...env,
  });
  expect(stderr).toBe('');
  return { status, report: JSON.parse(stdout) as DoctorReport };
}

describe('nst-video doctor', () => {
  it('finds everything here, measures, and writes nothing', async () => {
    const { status, report } = await doctor(['--threads', '1']);
    expect(status).toBe(0);
    expect(report).toMatchObject({ schema: 1, ready: true });
    for (const name of ['node', 'ffmpeg', 'encoder', 'runtime onnx', 'network lite'])
      expect(found(report, name)).toMatchObject({ status: 'ok' });
    const checksum = createHash('sha256').update(readFileSync(litePath)).digest('hex');
    expect(found(report, 'network lite').found).toContain(checksum);
    expect(found(report, 'runtime onnx').found).toMatch(/onnxruntime \d.*cpu/);
    expect(found(report, 'network vgg19')).toMatchObject({
      status: 'missing',
      required: false,
      advice: 'nst-video networks pull vgg19',
    });
    for (const name of ['device webgpu', 'device cuda'])
      expect(found(report, name)).toMatchObject({ required: false, found: expect.stringMatching(/\w/) });
    const { evaluation, machine } = report;
    expect(evaluation).toMatchObject({ network: 'lite', width: 320, height: 180 });
    expect(evaluation!.runtime).toMatch(/1 thread$/);
    expect(evaluation!.perSecond * evaluation!.evaluation).toBeCloseTo(1000);
    expect(evaluation!.evaluation).toBeGreaterThan(1);
    expect(machine.cores).toBeGreaterThan(0);
    expect(machine.memory.available).toBeLessThanOrEqual(machine.memory.total);
    expect(existsSync(at('cache'))).toBe(false);
  });

  it('ends with status 4 and says what to do where something is missing', async () => {
    writeFileSync(at('bad.safetensors'), 'not a network');
    const none = { NST_FFMPEG: at('none'), NST_FFPROBE: at('none') };
    const { status, report } = await doctor(['--network', at('bad.safetensors'), '--device', 'cuda'], none);
    expect(status).toBe(4);
    expect(found(report, 'device cuda')).toMatchObject({ required: true });
    expect(report.ready).toBe(false);
    expect(report.evaluation).toBeUndefined();
    expect(found(report, 'ffmpeg')).toMatchObject({ status: 'missing', required: true });
    expect(found(report, 'ffmpeg').advice).toMatch(/install.*ffmpeg|ffmpeg.*-S|add ffmpeg/);
    expect(found(report, 'network').found).toContain('bad.safetensors');
  });

  it('prints the same for people, in 80 columns', async () => {
    const { status, stdout } = await run(['doctor', '--network', 'vgg19'], { NST_VIDEO_CACHE: at('cache') });
    expect(status).toBe(4);
    expect(stdout).toMatch(
      /!! network vgg19 +not fetched yet, 80\.1 MB\n +-> nst-video networks pull vgg19\n/,
    );
    // Single words may be longer: checksums and paths are there to be copied.
    const tooLong = stdout.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '));
    expect(tooLong).toEqual([]);
  });
});

describe('single checks', () => {
  it('compares versions of Node by their numbers', () => {
    expect(checkNode('20.10.0').status).toBe('ok');
    expect(checkNode('100.0.0').status).toBe('ok');
    expect(checkNode('20.9.9')).toMatchObject({ status: 'missing', required: true });
    expect(checkNode('9.11.2').advice).toMatch(/20\.10/);
  });

  it('warns of little memory', () => {
    const machine = lookAtMachine();
    const little = { ...machine, memory: { total: 2 ** 30, available: 2 ** 29, limited: true } };
    expect(checkMemory(little)).toMatchObject({ status: 'warn', found: expect.stringMatching(/container/) });
    const plenty = { ...machine, memory: { total: 2 ** 36, available: 2 ** 35, limited: false } };
    expect(checkMemory(plenty).status).toBe('ok');
  });
});
