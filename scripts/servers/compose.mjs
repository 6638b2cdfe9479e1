import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { kafkaJars } from './kafka.mjs';
import { folder, kafkaPort, postgresPort, root, say } from './place.mjs';
import { postgresPrograms } from './postgres.mjs';
import { run } from './processes.mjs';

/** Of this checkout: others run side by side with it, on other ports. */
const project = `slipway-servers-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;

/** Whether a container engine answers, and has Compose. */
export async function engineRuns() {
  try {
    await run('docker', ['info'], { timeout: 20_000 });
    await run('docker', ['compose', 'version'], { timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** Starts both servers of docker-compose.yml, and resolves with where they are once they are healthy. */
export async function composeUp() {
  await compose('up', '--detach', '--wait', 'kafka', 'postgres');
  const urls = {
    KAFKA_TEST_URL: `kafka://127.0.0.1:${kafkaPort()}`,
    POSTGRES_TEST_URL: `postgres://slipway@127.0.0.1:${postgresPort()}/postgres`,
  };
  return { ...urls, ...(await programs()) };
}

/** Ends them, their data with them. */
export async function composeDown() {
  await compose('down', '--volumes');
}

/** Suites that kill a server start one of their own, from programs on this machine. */
async function programs() {
  try {
    const [lib, bin] = await Promise.all([kafkaJars(), postgresPrograms()]);
    return { KAFKA_LIB: lib, POSTGRES_BIN: bin };
  } catch (error) {
    say(`Suites that kill a server of their own will fail: ${error.message}`);
    return {};
  }
}

async function compose(...command) {
  const env = { ...process.env, KAFKA_PORT: String(kafkaPort()), POSTGRES_PORT: String(postgresPort()) };
  try {
    await run('docker', ['compose', '--project-name', project, '--file', join(root, 'docker-compose.yml'), ...command], { env });
  } catch (error) {
    throw new Error(`docker compose ${command[0]} failed: ${error.stderr || error.message}`);
  }
}
