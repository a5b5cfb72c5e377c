// Mocha's spec output on the terminal, and the figures as JSON in the file that STANDBY_TEST_RESULT names.
const { writeFileSync } = require('node:fs');
const process = require('node:process');
const { reporters } = require('mocha');

module.exports = class SpecAndResult extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const stats = { passes: 0, failures: 0, pending: 0 };
    const failed = [];
    runner.on('pass', () => (stats.passes += 1));
    runner.on('fail', (test, error) => {
      stats.failures += 1;
      failed.push({ title: test.fullTitle(), why: String(error?.message ?? error) });
    });
    runner.on('pending', () => (stats.pending += 1));
    runner.once('end', () => {
      const file = process.env.STANDBY_TEST_RESULT;
      if (file) writeFileSync(file, JSON.stringify({ stats, failed }));
    });
  }
};
