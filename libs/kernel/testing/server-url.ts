/** Servers that some suites need. Which suites, their file names say: `x.postgres.spec.ts`. `jest.config.js` leaves out those whose URL is not set, and says so. */
type ServerVariable = 'POSTGRES_TEST_URL' | 'KAFKA_TEST_URL' | 'EVENT_STORE_TEST_URL';

/** Where the server of a suite is. Throws when a suite runs without it. */
export function serverUrl(variable: ServerVariable): string {
  const url = process.env[variable];
  if (!url) throw new Error(`${variable} is not set: start the servers with "npm run servers:up", which says what to set`);
  return url;
}
