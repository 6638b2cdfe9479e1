import { ReleaseTrain } from './release-train';
import { SlipwayTopics } from './slipway-topics';

/** `main.ts <host:port,…> <prefix> <name>`: prints the journey, and every stream with the versions of its events in the order in which they came. */
async function main([brokers = '', prefix = '', name = '']: readonly string[]): Promise<void> {
  const slipway = await SlipwayTopics.connect({ brokers: brokers.split(','), prefix });
  try {
    const journey = await new ReleaseTrain(slipway, name).run();
    const streams: Record<string, number[]> = {};
    for (const { source, streamVersion } of slipway.events) (streams[source] ??= []).push(streamVersion);
    process.stdout.write(`${JSON.stringify({ ...journey, streams })}\n`);
  } finally {
    await slipway.disconnect();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
