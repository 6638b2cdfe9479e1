// Prints what a linter of OpenAPI documents has against one, a line each: `node test/client/lint-document.mjs openapi.json`.
import { createConfig, lint } from '@redocly/openapi-core';

// Everything it knows, but for what is not there to be told: a licence or access control.
const rules = { 'info-license': 'off', 'security-defined': 'off' };
const config = await createConfig({ extends: ['recommended-strict'], rules });
for (const { ruleId, message, location } of await lint({ ref: process.argv[2], config })) {
  console.log(`${ruleId} at ${location[0]?.pointer}: ${message}`);
}
