import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { LogRecord } from './record';

const PAGE = 32;

/** What a subscription to all streams wants to see, and how often it is told how far the log was looked through. */
export interface EventFilter {
  readonly window: number;
  /** Records looked at between two checkpoints. */
  readonly interval: number;
  allows(record: LogRecord): boolean;
}

/** Throws a SyntaxError on a bad regular expression. */
export function eventFilter(options: ReadReq.Options.FilterOptions): EventFilter {
  const byType = options.getEventType();
  const expression = byType ?? options.getStreamIdentifier();
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() ?? '');
  const window = options.hasMax() ? options.getMax() : PAGE;
  return {
    window,
    interval: window * options.getCheckpointintervalmultiplier(),
    allows: (record) => {
      const name = byType ? record.type : record.stream;
      return prefixes.length > 0 ? prefixes.some((prefix) => name.startsWith(prefix)) : regex.test(name);
    },
  };
}
