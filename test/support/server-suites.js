/** Suites that need servers, by what their file names end with, and the variables that say where these are. */
const NEEDS = {
  postgres: ['POSTGRES_TEST_URL'],
  kafka: ['KAFKA_TEST_URL'],
  eventstoredb: ['EVENT_STORE_TEST_URL'],
  cluster: ['POSTGRES_TEST_URL', 'KAFKA_TEST_URL'],
};

/** What CI promises to run: EventStoreDB is not among them, no package of it can be installed there (docs/operations.md); its protocol double is always run. */
const PROMISED = ['POSTGRES_TEST_URL', 'KAFKA_TEST_URL'];

/** The kinds of suites that cannot run here, with the variables that are missing. Throws in CI when a promised one is among them. */
function missingServers(environment = process.env) {
  const missing = Object.entries(NEEDS)
    .map(([kind, variables]) => ({ kind, variables: variables.filter((variable) => !environment[variable]) }))
    .filter(({ variables }) => variables.length > 0);
  const broken = PROMISED.filter((variable) => !environment[variable]);
  if (environment.CI && broken.length > 0)
    throw new Error(`CI promised suites that need ${broken.join(' and ')}: start the servers with "npm run servers:up"`);
  return missing;
}

module.exports = { missingServers };
