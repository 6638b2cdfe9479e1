import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { type Clock, type Log, messageOf, type Telemetry } from '@slipway/kernel';
import { ConsoleLog, jsonLine, ProcessState, readSettings, type Settings, textLine } from '@slipway/platform';
import { type ProcessName, refuseImpossibleMix } from './mixes';
import { openTelemetry } from './open-telemetry';
import { scriptPath } from './script-path';

/** What a process finds when it begins. */
export interface Surroundings {
  readonly settings: Settings;
  readonly state: ProcessState;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** What scripts find as PATH. */
  readonly path: string | undefined;
}

export interface Service {
  /** Resolves, with where it answers, when everything is ready. What was opened is closed again when it rejects. */
  start(): Promise<string>;
  /** Stops intake, lets what runs end or hands it back, saves checkpoints, closes. */
  stop(): Promise<void>;
}

/** Signals so near to each other are one request. */
const ONE_REQUEST_MS = 500;

const write = (line: string): void => {
  process.stdout.write(line);
};

/** Runs a service as this process, from its settings to a signal: what every main.ts does. */
export function runProcess(name: ProcessName, make: (surroundings: Surroundings) => Service): void {
  run(name, make).catch(fail);
}

async function run(name: ProcessName, make: (surroundings: Surroundings) => Service): Promise<void> {
  const clock = new SystemClock();
  const { settings } = readSettings(process.env);
  const { LOG_LEVEL: level, LOG_FORMAT: format } = settings;
  const log = new ConsoleLog(clock, level, format === 'json' ? jsonLine(name, level) : textLine, write);
  refuseImpossibleMix(name, settings);
  const state = new ProcessState(log);
  const telemetry = await openTelemetry(name, settings, log);
  const service = make({ settings, state, clock, log, telemetry, path: scriptPath(process.env['PATH']) });
  let asked = -Infinity;
  const stop = (signal: NodeJS.Signals): void => {
    // On a terminal one Ctrl-C comes twice: from the terminal, and from npm.
    if (clock.now() - asked < ONE_REQUEST_MS) return;
    asked = clock.now();
    // A second request means: now. What runs is found again at the next start.
    if (state.current === 'draining') process.exit(130);
    state.enter('draining', `${signal}; once more ends at once`);
    const stopped = service.stop().then(() => telemetry.tracing.close());
    stopped.then(
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
