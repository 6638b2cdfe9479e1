import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { composeDown, engineRuns } from './compose.mjs';
import { endKafka } from './kafka.mjs';
import { folder, say } from './place.mjs';
import { endPostgres } from './postgres.mjs';

/** Ends what servers:up started from this checkout, on whatever ports, and deletes its data. Nobody else's is touched. */
async function down() {
  if (await engineRuns()) await composeDown();
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const home = join(folder, name);
    await (name.startsWith('kafka-') ? endKafka(home) : endPostgres(home));
    rmSync(home, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
  say('No server of this checkout runs any more; their data are deleted.');
}

down().catch((error) => {
  say(error.message);
  process.exit(1);
});
