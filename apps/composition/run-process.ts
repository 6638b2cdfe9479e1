import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { type Clock, type Log, messageOf } from '@slipway/kernel';
import { ConsoleLog, ProcessState, readSettings, type Settings } from '@slipway/platform';
import { type ProcessName, refuseImpossibleMix } from './mixes';
import { scriptPath } from './script-path';

/** What a process finds when it begins. */
export interface Surroundings {
  readonly settings: Settings;
  readonly state: ProcessState;
  readonly clock: Clock;
  readonly log: Log;
  /** What scripts find as PATH. */
  readonly path: string | undefined;
}

export interface Service {
  /** Resolves, with where it answers, when everything is ready. What was opened is closed again when it rejects. */
  start(): Promise<string>;
  /** Stops intake, lets what runs end or hands it back, saves checkpoints, closes. */
  stop(): Promise<void>;
}

const write = (line: string): void => {
  process.stdout.write(line);
};

/** Runs a service as this process, from its settings to a signal: what every main.ts does. */
export function runProcess(name: ProcessName, make: (surroundings: Surroundings) => Service): void {
  run(name, make).catch(fail);
}

async function run(name: ProcessName, make: (surroundings: Surroundings) => Service): Promise<void> {
  const clock = new SystemClock();
  const { settings, warnings } = readSettings(process.env);
  const log = new ConsoleLog(clock, settings.LOG_LEVEL, write);
  for (const warning of warnings) log.warn(warning);
  refuseImpossibleMix(name, settings);
  const state = new ProcessState(log);
  const service = make({ settings, state, clock, log, path: scriptPath(process.env['PATH']) });
  const stop = (signal: NodeJS.Signals): void => {
    // A second request means: now. What runs is found again at the next start.
    if (state.current === 'draining') process.exit(130);
    state.enter('draining', `${signal}; once more ends at once`);
    service.stop().then(
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
  try {
    const address = await service.start();
    if (state.current === 'starting') state.enter('running', `ready at ${address}`);
  } catch (error) {
    // Who is told to stop while starting is no failure: what had begun is undone, and ends this process.
    if (state.current !== 'draining') throw error;
  }
}

function fail(error: unknown): never {
  process.stderr.write(`Slipway cannot go on: ${messageOf(error)}\n`);
  process.exit(1);
}
