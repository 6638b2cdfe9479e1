import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { port, say } from '../servers/place.mjs';
import { isFree } from '../servers/processes.mjs';
import { Member } from './member.mjs';
import { sharedSettings } from './settings.mjs';

const APPS = ['api', 'processor', 'worker'];
/** Who takes work in goes first, who records what became of it last. */
const ENDING = ['api', 'worker', 'processor'];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SAME_SIGNAL_MS = 500;

/** Slipway as processes of their own, until a signal comes or one of them ends. Resolves with the exit code. */
async function cluster() {
  const names = namesAsked();
  const settings = await sharedSettings();
  const ports = await portsFor(names.length);
  const members = names.map(({ app, name }, index) => {
    const own = { HTTP_PORT: String(ports[index]), SLIPWAY_DATA_DIR: join(settings.SLIPWAY_DATA_DIR, name) };
    return new Member(app, name, { ...settings, ...own });
  });
  void tellWhenReady(members);
  const cause = await Promise.race([signalled(members), ...members.map(ended)]);
  say(`${cause.words}: the processes are told to end.`);
  for (const app of ENDING) await Promise.all(members.filter((member) => member.app === app).map((member) => member.stop()));
  const codes = await Promise.all(members.map((member) => member.ended));
  return cause.code ?? codes.find((code) => code !== 0) ?? 0;
}

async function tellWhenReady(members) {
  while (!(await Promise.all(members.map((member) => member.isReady()))).every(Boolean)) await sleep(300);
  say(`Slipway is ready at ${members[0].address}/docs`);
}

/** The first signal ends them in order, a later one at once: what runs is found again at the next start. */
function signalled(members) {
  return new Promise((resolve) => {
    let first = 0;
    const hear = (signal) => {
      first ||= performance.now();
      resolve({ words: `${signal}; once more ends at once` });
      // Ctrl-C comes twice in a moment, from the terminal and from npm.
      if (performance.now() - first > SAME_SIGNAL_MS) for (const member of members) member.kill();
    };
    for (const signal of SIGNALS) process.on(signal, hear);
  });
}

/** None has a good reason to end by itself. */
async function ended(member) {
  const code = await member.ended;
  return { words: `${member.name} ended`, code: code || 1 };
}

/** How many of each: `--api 2 --processor 2 --worker 2`. */
function namesAsked() {
  const options = Object.fromEntries(APPS.map((app) => [app, { type: 'string', default: '1' }]));
  const { values } = parseArgs({ options });
  return APPS.flatMap((app) => {
    if (!/^[1-9]\d?$/.test(values[app])) throw new Error(`--${app} must say how many, from 1 to 99`);
    return Array.from({ length: Number(values[app]) }, (_, index) => ({ app, name: `${app}-${index + 1}` }));
  });
}

/** HTTP_PORT for the first, and the next free ones for the others. */
async function portsFor(count) {
  const ports = [port('HTTP_PORT', 3000)];
  for (let next = ports[0] + 1; ports.length < count; next += 1) if (await isFree(next)) ports.push(next);
  return ports;
}

cluster().then(
  (code) => process.exit(code),
  (error) => {
    say(error.message);
    process.exit(1);
  },
);
