import { defineConfig } from 'vitest/config';

// Two cores: a few files at a time, each in its own process because native runtimes keep threads of their own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Which runtime is fastest depends on the machine and the moment: tests say themselves which one they are about.
    env: { NST_VIDEO_RUNTIME: 'onnx' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
