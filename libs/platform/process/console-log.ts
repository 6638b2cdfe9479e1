import type { Clock, Log } from '@slipway/kernel';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** What is to be said, before it is a line. */
export interface Said {
  /** RFC 3339 UTC. */
  readonly time: string;
  readonly level: Level;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One line per message, as `lineOf` writes it. */
export class ConsoleLog implements Log {
  constructor(
    private readonly clock: Clock,
    private readonly level: Level,
    private readonly lineOf: (said: Said) => string,
    private readonly write: (line: string) => void,
  ) {}

  debug(message: string, facts?: Record<string, unknown>): void {
    this.say('debug', message, facts);
  }

  info(message: string, facts?: Record<string, unknown>): void {
    this.say('info', message, facts);
  }

  warn(message: string, facts?: Record<string, unknown>): void {
    this.say('warn', message, facts);
  }

  error(message: string, facts?: Record<string, unknown>): void {
    this.say('error', message, facts);
  }

  private say(level: Level, message: string, facts: Record<string, unknown> = {}): void {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.level)) return;
    this.write(`${this.lineOf({ time: this.clock.timestamp(), level, message, facts })}\n`);
  }
}
