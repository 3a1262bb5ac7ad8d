// Tests run on the sources; the pages and the version are the ones that the bundles embed.
import { defineConfig } from 'vitest/config';
import { defines, pagesForVite } from './scripts/pages-plugin.mjs';

const clock = 'server/test/idle.test.ts';

export default defineConfig({
  plugins: [pagesForVite],
  define: defines,
  test: {
    // No test replaces a module, so the files of one process share what they load: it halves the time of `npm run test:fast`.
    isolate: false,
    // What TypeScript becomes is kept from run to run, by the hash of each file: more than half of the time of a run of a few tests.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.cache/threadwise/vitest' },
    // Vitest would leave one core idle, and there may be two.
    maxWorkers: '100%',
    // Tests that start processes or a language server need more than the default 5 s, and far more on a machine that is busy with others.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'tests', include: ['server/test/**/*.test.ts'], exclude: [clock] } },
      // It puts the clock of its process aside, which whoever ran there before holds on to.
      { extends: true, test: { name: 'clock', include: [clock], isolate: true } },
    ],
  },
});
