import { describe, expect, it } from 'vitest';
import { countTests } from '../lib/vitest-suite.mjs';

/** @param {Partial<Record<string, unknown>>} fields */
const report = (fields) =>
  JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, testResults: [], ...fields });

describe('counting a Vitest report', () => {
  it('T1 counts passed and failed tests', () => {
    expect(countTests(report({ numPassedTests: 3, numFailedTests: 2 }), 1)).toEqual({ passed: 3, failed: 2 });
  });

  it('T1 fails a suite without tests', () => {
    expect(countTests(report({}), 0)).toEqual({ passed: 0, failed: 1, note: 'no tests' });
  });

  it('T1 counts a file that could not be loaded as one failure', () => {
    const testResults = [
      { name: '/somewhere/a.test.ts', status: 'failed', message: 'no module b\nat c', assertionResults: [] },
    ];
    expect(countTests(report({ numPassedTests: 1, testResults }), 1)).toEqual({
      passed: 1,
      failed: 1,
      failures: ['a.test.ts: no module b'],
    });
  });

  it('T1 names what failed, and why', () => {
    const passed = { status: 'passed', fullName: 'list counts', failureMessages: [] };
    const failed = {
      status: 'failed',
      fullName: 'list sorts',
      failureMessages: ['Error: 2 is not 1\n  at d'],
    };
    const testResults = [
      { name: '/somewhere/a.test.ts', status: 'failed', assertionResults: [passed, failed] },
    ];
    expect(countTests(report({ numPassedTests: 1, numFailedTests: 1, testResults }), 1).failures).toEqual([
      'a.test.ts > list sorts: Error: 2 is not 1',
    ]);
  });

  it('T1 counts a skipped test as a failure', () => {
    expect(countTests(report({ numPassedTests: 1, numPendingTests: 1 }), 0)).toEqual({
      passed: 1,
      failed: 1,
      note: '1 skipped',
    });
  });

  it('T1 counts an error outside the tests as a failure', () => {
    expect(countTests(report({ numPassedTests: 4 }), 1)).toEqual({
      passed: 4,
      failed: 1,
      note: 'error outside the tests',
    });
  });
});
