/** Says after a run of jest which tests did not run, so that nobody takes them for passed. */
module.exports = class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults.flatMap(({ testFilePath, testResults: tests }) =>
      tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => `${testFilePath}: ${fullName}`),
    );
    process.stderr.write(skipped.length === 0 ? 'Skipped: nothing.\n' : `Skipped:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
  }
};
