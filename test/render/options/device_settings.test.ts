import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../../dist/render/options/settings.js';

describe('--device', () => {
  it('is the processor unless given, and goes with onnxruntime alone', () => {
    expect(resolveSettings('film', {}).device).toBe('cpu');
    expect(resolveSettings('film', { device: 'cuda', parallel: 2 }).device).toBe('cuda');
    expect(() => resolveSettings('film', { device: 'webgpu', runtime: 'tfjs' })).toThrow(
      /^--device: expected cpu with --runtime tfjs/,
    );
  });

  it('paints one shot at a time on webgpu', () => {
    expect(() => resolveSettings('film', { device: 'webgpu', parallel: 2 })).toThrow(
      /^--parallel: expected 1 with --device webgpu/,
    );
  });
});
