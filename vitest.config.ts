import { defineConfig } from 'vitest/config';

// Two cores: a few files at a time, each in its own process because native runtimes keep threads of their own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
