import type { Schema, Table } from '@slipway/kernel';

/** A dead letter as it is kept to be looked at, and to be replayed. */
export interface KeptLetter {
  id: string;
  /** When it died last: RFC 3339 UTC. */
  at: string;
  /** Id of its message. */
  message: string;
  topic: string;
  partition: number;
  offset: string;
  group: string;
  reason: string;
  tries: number;
  shortened: boolean;
  /** As much as people want to see of it. */
  key: string;
  /** Those that Slipway gives a meaning to; what others say may be a secret. */
  headers: Readonly<Record<string, string>>;
  /** Of the value, in UTF-8. */
  bytes: number;
  /** An envelope with key, value and headers as they were: a command may hold a secret. */
  sealed: string;
}

export const keptLettersTable: Table<KeptLetter> = {
  name: 'kept_letters',
  columns: {
    id: 'text',
    at: 'text',
    message: 'text',
    topic: 'text',
    partition: 'integer',
    offset: 'text',
    group: 'text',
    reason: 'text',
    tries: 'integer',
    shortened: 'boolean',
    key: 'text',
    headers: 'json',
    bytes: 'integer',
    sealed: 'text',
  },
  key: ['id'],
  indexes: [['at'], ['topic', 'at'], ['group', 'at']],
};

/** Rows of their own, from no events, and never rebuilt. */
export const keptLettersSchema: Schema = { name: 'dead_letters', version: 1, tables: [keptLettersTable] };
