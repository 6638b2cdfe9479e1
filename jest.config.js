const { availableParallelism } = require('node:os');
const { missingServers } = require('./test/support/server-suites');
const swc = require('./test/support/swc-options');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: '.',
  testEnvironment: 'node',
  setupFiles: ['reflect-metadata'],
  testRegex: '.*\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', ...missingServers().map(({ kind }) => `\\.${kind}\\.spec\\.ts$`)],
  // Whoever says where the stories play means them alone.
  roots: process.env.STORIES_ON ? ['<rootDir>/test/e2e/stories'] : ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  moduleFileExtensions: ['js', 'json', 'ts'],
  transform: { '^.+\\.(ts|m?js)$': ['@swc/jest', swc] },
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|cookie|content-disposition|@opentelemetry/otlp-exporter-base)/)'],
  moduleNameMapper: { '^@slipway/(.*)$': '<rootDir>/libs/$1' },
  testTimeout: 30_000,
  // Two even on two cores (jest itself would take one): specs of processes and of disks mostly wait.
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  reporters: ['default', '<rootDir>/test/support/skipped-reporter.js'],
};
