import { createInterface } from 'node:readline';
import { EventStoreDbDouble } from './eventstoredb-double';
import type { Lost } from './faults';

/** What goes wrong on demand. Numbers count down (see Faults). */
const ORDERS: Readonly<Record<string, (double: EventStoreDbDouble, words: readonly string[]) => void>> = {
  'lose-answers': ({ faults }, [count, by]) => faults.loseAnswers(Number(count), lostBy(by)),
  'lead-elsewhere': ({ faults }, [count, host = '', port]) => faults.leadElsewhere(Number(count), { host, port: Number(port) }),
  'be-unready': ({ faults }, [count]) => faults.beUnready(Number(count)),
  'slow-subscriptions': ({ faults }, [ms]) => void (faults.slowSubscriptionMs = Number(ms)),
  'fall-silent': ({ faults }) => faults.fallSilent(),
  speak: ({ faults }) => faults.speak(),
  'cut-calls': (double) => double.cutCalls(),
};

/**
 * `node -r ./test/support/swc-register.js test/doubles/eventstoredb/main.ts [port] [file]`: the double as a process, until it is ended (SIGTERM: after 5 s). Its first line is the
 * connection string. With a file, the log is there again in the next one. Each line it is told is an order, and is repeated when it was carried out.
 */
async function main(): Promise<void> {
  const [port = '2113', file] = process.argv.slice(2);
  const double = await EventStoreDbDouble.start({ port: Number(port), ...(file ? { file } : {}) });
  process.stdout.write(`${double.url}\n`);
  process.once('SIGTERM', () => void double.end().then(() => process.exit(0)));
  for await (const line of createInterface(process.stdin)) {
    const [name = '', ...words] = line.split(' ');
    const order = ORDERS[name];
    if (!order) throw new Error(`“${name}” is none of ${Object.keys(ORDERS).join(', ')}`);
    order(double, words);
    process.stdout.write(`${line}\n`);
  }
}

function lostBy(word = 'cut'): Lost {
  if (word === 'cut' || word === 'reset' || word === 'timeout') return word;
  throw new Error(`an answer is lost by cut, reset or timeout, not by “${word}”`);
}

void main();
