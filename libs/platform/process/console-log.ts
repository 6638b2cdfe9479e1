import type { Clock, Log } from '@slipway/kernel';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** One line per message: time, level, words, and the facts as JSON. */
export class ConsoleLog implements Log {
  constructor(
    private readonly clock: Clock,
    private readonly level: Level,
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
    const told = Object.keys(facts).length > 0 ? ` ${JSON.stringify(facts)}` : '';
    this.write(`${this.clock.timestamp()} ${level.toUpperCase().padEnd(5)} ${message}${told}\n`);
  }
}
