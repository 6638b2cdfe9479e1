import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { append } from './append';
import { catchUp } from './catch-up';
import { dispatch } from './dispatch';
import { eventStoreDb } from './eventstoredb';
import { kafka } from './kafka';
import { machine } from './machine';
import { postgres } from './postgres';
import { Run } from './run';

const BENCHMARKS: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  append,
  postgres,
  eventstoredb: eventStoreDb,
  kafka,
  dispatch,
  'catch-up': catchUp,
};

const USAGE = `npm run bench [name …] [-- --json FILE --rounds 5 --events 1000000 --double]; names: ${Object.keys(BENCHMARKS).join(', ')}`;

/** Runs the benchmarks that are named, all of them when none is. They report, and never fail for a figure. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      events: { type: 'string', default: '1000000' },
      double: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHMARKS, name));
  if (unknown !== undefined) throw new Error(`There is no benchmark “${unknown}”. ${USAGE}`);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const on = machine();
  print(`${on.processors}, ${on.memoryGb} GB, ${on.system}, Node ${on.node}, ${on.date}, load ${on.load.toFixed(1)}`);
  const run = new Run({ rounds: Number(values.rounds), events: Number(values.events), double: values.double }, print);
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)) {
    run.begin(name);
    await BENCHMARKS[name]!(run);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ machine: on, figures: run.figures }, null, 2)}\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
