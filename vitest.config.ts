import { defineConfig } from 'vitest/config';

/** Decorators as NestJS needs them; vitest compiles the sources itself. */
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };

/** Tests about the sources themselves: beside the integration tests, but without a server. */
const aboutSources = [
  'packages/keepfresh/test/architecture.test.ts',
  'packages/keepfresh/test/public-api.test.ts',
  'test/papers/**/*.test.ts',
];

/** Files without a server that draw so many cases that a check before each commit has no time for them. */
const thorough = ['packages/keepfresh/src/**/*.{property,floods}.test.ts'];

export default defineConfig({
  test: {
    // Most of these tests wait for servers and clocks: one worker fewer would leave a core of two idle.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['packages/keepfresh/src/**/*.ts', 'apps/marketplace/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.generated.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      thresholds: {
        lines: 80,
        'packages/keepfresh/src/core/policy/**': { lines: 95 },
        'packages/keepfresh/src/core/engine/**': { lines: 90 },
      },
    },
    projects: [
      {
        oxc,
        test: {
          name: 'unit',
          // Nothing in these files outlives its test, and a worker for each would cost twice the time.
          isolate: false,
          // Milliseconds on a machine of one's own; on a busy one that is no reason to fail.
          testTimeout: 60_000,
          tags: [
            { name: 'thorough', description: 'many cases or much data: not in npm run check' },
          ],
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', ...aboutSources],
          exclude: thorough,
        },
      },
      {
        oxc,
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', ...thorough],
          exclude: aboutSources,
          // Servers that fail and recover take long on a busy machine; what waits for them gives up sooner.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Concurrent tests are those that wait for a server's clock, not for a processor.
          maxConcurrency: 16,
        },
      },
      {
        test: {
          name: 'commands',
          include: ['test/**/*.test.ts'],
          exclude: aboutSources,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
