import { defineConfig } from '@hey-api/openapi-ts';

// How the typed client is made of the document: one class, its methods called as the operations.
export default defineConfig({
  plugins: [
    '@hey-api/client-fetch',
    '@hey-api/typescript',
    { name: '@hey-api/sdk', operations: { strategy: 'single', containerName: 'Slipway' } },
  ],
  logs: { level: 'silent', file: false },
});
