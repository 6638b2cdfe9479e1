import 'reflect-metadata';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { messageOf } from '@slipway/kernel';
import { ConsoleLog, ProcessState, readSettings } from '@slipway/platform';
import { scriptPath } from './script-path';
import { Standalone } from './standalone';

const write = (line: string): void => {
  process.stdout.write(line);
};

async function main(): Promise<void> {
  const clock = new SystemClock();
  const { settings, warnings } = readSettings(process.env);
  const log = new ConsoleLog(clock, settings.LOG_LEVEL, write);
  for (const warning of warnings) log.warn(warning);
  const state = new ProcessState(log);
  const standalone = new Standalone({ settings, state, clock, log, path: scriptPath(process.env['PATH']) });
  const stop = (signal: NodeJS.Signals): void => {
    // A second request means: now. What runs is found again at the next start.
    if (state.current === 'draining') process.exit(130);
    state.enter('draining', `${signal}; once more ends at once`);
    standalone.stop().then(
      () => {
        state.enter('stopped');
        process.exit(0);
      },
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Until it listens, nothing but timers may be pending, and those keep no process alive.
  setInterval(() => undefined, 2 ** 30);
  const address = await standalone.start();
  state.enter('running', `ready at ${address}/docs (data in ${settings.SLIPWAY_DATA_DIR})`);
}

function fail(error: unknown): never {
  process.stderr.write(`Slipway cannot go on: ${messageOf(error)}\n`);
  process.exit(1);
}

main().catch(fail);
