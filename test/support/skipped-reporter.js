const { missingServers } = require('./server-suites');

/** Says after a run of jest which tests did not run, so that nobody takes them for passed. */
module.exports = class SkippedReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults.flatMap(({ testFilePath, testResults: tests }) =>
      tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => `${testFilePath}: ${fullName}`),
    );
    const servers = missingServers().map(({ kind, variables }) => `suites *.${kind}.spec.ts: ${variables.join(' and ')} not set`);
    const all = [...skipped, ...servers];
    process.stderr.write(all.length === 0 ? 'Skipped: nothing.\n' : `Skipped:\n${all.map((name) => `  ${name}\n`).join('')}`);
  }
};
