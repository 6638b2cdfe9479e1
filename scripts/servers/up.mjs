import { composeDown, composeUp, engineRuns } from './compose.mjs';
import { kafka } from './kafka.mjs';
import { say } from './place.mjs';
import { postgres } from './postgres.mjs';

/** Starts what the suites need, and prints what to set: `eval "$(npm run --silent servers:up)"`. */
async function up() {
  say('Kafka and PostgreSQL are starting …');
  const servers = ((await engineRuns()) && (await containers())) || (await ownProcesses());
  for (const [name, value] of Object.entries(servers)) process.stdout.write(`export ${name}='${value}'\n`);
  say('Both answer. To stop them and to delete their data: npm run servers:down');
}

/** An engine may run and yet have no way to the images. */
async function containers() {
  try {
    return await composeUp();
  } catch (error) {
    say(`${error.message}\nSo they start without containers.`);
    await composeDown();
    return undefined;
  }
}

async function ownProcesses() {
  const outcomes = await Promise.allSettled([kafka(), postgres()]);
  const failures = outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
  if (failures.length > 0) throw new Error(failures.join('\n'));
  const [broker, database] = outcomes.map(({ value }) => value);
  return { KAFKA_TEST_URL: broker.url, POSTGRES_TEST_URL: database.url, KAFKA_LIB: broker.lib, POSTGRES_BIN: database.bin };
}

up().catch((error) => {
  say(error.message);
  process.exit(1);
});
