// Runs TypeScript in a child process of a test: `node -r test/support/swc-register.js some.ts`. Jest compiles only what it runs itself.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { transformSync } = require('@swc/core');
const options = require('./swc-options');

const root = path.resolve(__dirname, '../..');

require.extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
  resolve(request.startsWith('@slipway/') ? path.join(root, 'libs', request.slice('@slipway/'.length)) : request, ...rest);
