import { EventStoreDbDouble } from './eventstoredb-double';

/** `node -r ./test/support/swc-register.js test/doubles/eventstoredb/main.ts [port]`: the double as a process, until it is ended. */
async function main(): Promise<void> {
  const double = await EventStoreDbDouble.start({ port: Number(process.argv[2] ?? 2113) });
  process.stdout.write(`${double.url}\n`);
}

void main();
