/** Where a process tells its operator what it does, in plain words; facts are JSON-exact. Never receives secrets. */
export interface Log {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}

export const Log = Symbol('Log');

/** For tests and tools that want no talk. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
