import { EventStoreDbDouble } from './eventstoredb-double';

/**
 * `node -r ./test/support/swc-register.js test/doubles/eventstoredb/main.ts [port] [file]`: the double as a process, until it is ended. Its first line is the
 * connection string. With a file, the log is there again in the next one.
 */
async function main(): Promise<void> {
  const [port = '2113', file] = process.argv.slice(2);
  const double = await EventStoreDbDouble.start({ port: Number(port), ...(file ? { file } : {}) });
  process.stdout.write(`${double.url}\n`);
}

void main();
