import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real processes run compiled code: it is built once, when it is older than src/.
    globalSetup: ['test/build-dist.ts'],
    // Two cores: more workers would only take turns, and rounds of other tests would disturb each other.
    maxWorkers: 2,
    // A shared machine may stall any real process for seconds: there a test that fails is run once more, and the reporter names it.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
