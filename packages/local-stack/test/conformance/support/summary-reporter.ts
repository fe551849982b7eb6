import type { Reporter, TestCase } from 'vitest/node';

/** One line per scenario, and `N passed, N failed` at the end. */
export default class SummaryReporter implements Reporter {
  #passed = 0;
  #failed = 0;

  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    const isPassed = state === 'passed';
    if (isPassed) this.#passed += 1;
    else this.#failed += 1;
    const seconds = ((test.diagnostic()?.duration ?? 0) / 1000).toFixed(1);
    console.log(`${isPassed ? 'ok  ' : 'FAIL'} ${test.name}  (${seconds} s)`);
    for (const error of errors ?? []) console.log(error.diff ?? error.stack ?? error.message);
  }

  onTestRunEnd(): void {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
  }
}
