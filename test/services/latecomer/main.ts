import { SlipwayTopics } from '../release-train/slipway-topics';
import { readReplay } from './history';

/** `main.ts <host:port,…> <prefix> <name>`: a service that starts late asks for all that ever happened, and prints it. */
async function main([brokers = '', prefix = '', name = '']: readonly string[]): Promise<void> {
  const place = { brokers: brokers.split(','), prefix };
  const slipway = await SlipwayTopics.connect(place);
  try {
    const answer = await slipway.ask('ReplayEvents', { slug: name }, { key: name });
    if (answer.status === 'refused') throw new Error(`the replay was refused: ${JSON.stringify(answer.problem)}`);
    process.stdout.write(`${JSON.stringify(await readReplay(place, String(answer.resource['topic'])))}\n`);
  } finally {
    await slipway.disconnect();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
