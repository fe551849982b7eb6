// `pnpm test`: everything that proves the workspace works. See CONTRIBUTING.md.
import { runMain } from './lib/command-error.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runSuites } from './lib/suite-runner.mjs';
import { testSuites } from './lib/test-suites.mjs';

await runMain(async () => {
  checkNodeVersion();
  return runSuites(testSuites);
});
