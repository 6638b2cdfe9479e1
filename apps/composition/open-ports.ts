import { EventStoreDbEventStore } from '@slipway/adapters/event-store/eventstoredb/eventstoredb-event-store';
import { PostgresEventStore } from '@slipway/adapters/event-store/postgres/postgres-event-store';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { MemoryLeases } from '@slipway/adapters/leases/memory/memory-leases';
import { PostgresLeases } from '@slipway/adapters/leases/postgres/postgres-leases';
import { FileLogStore } from '@slipway/adapters/log-store/files/file-log-store';
import { PostgresLogStore } from '@slipway/adapters/log-store/postgres/postgres-log-store';
import { PostgresReadStore } from '@slipway/adapters/read-store/postgres/postgres-read-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { type EventStore, Ids, type Leases, type LogStore, ObservedEventStore, type ReadStore } from '@slipway/kernel';
import { fileOf, type Machine } from './machine';
import type { Undo } from './undo';

/** The log that EVENT_STORE_URL names. A server that is away is waited for by whoever asks it. */
export function openEventStore(machine: Machine, undo: Undo): EventStore {
  const store = eventStoreOf(machine);
  undo.later(() => store.close());
  return new ObservedEventStore(store, machine.telemetry);
}

function eventStoreOf({ settings, clock, random, log }: Machine): EventStore {
  const url = settings.EVENT_STORE_URL;
  const ids = new Ids(clock, random);
  if (url.startsWith('sqlite:')) return SqliteEventStore.open({ file: fileOf(url), clock, ids });
  if (url.startsWith('postgres')) return new PostgresEventStore({ url, clock, ids, random, log });
  return EventStoreDbEventStore.open({ url, clock, ids });
}

/** What can be built anew, or is kept beside the log. */
export interface ReadSide {
  readonly readStore: ReadStore;
  readonly logStore: LogStore;
  readonly leases: Leases;
}

/** What READ_STORE_URL names: rows, step output and leases belong to the same processes, and so into the same place. `logFolder`: of step output beside SQLite. */
export function openReadSide(machine: Machine, undo: Undo, logFolder = ''): ReadSide {
  const { clock, random, log } = machine;
  const url = machine.settings.READ_STORE_URL;
  const on = { url, clock, random, log };
  const side: ReadSide = url.startsWith('sqlite:')
    ? { readStore: new SqliteReadStore(fileOf(url)), logStore: new FileLogStore(logFolder), leases: new MemoryLeases(clock) }
    : { readStore: new PostgresReadStore(on), logStore: new PostgresLogStore(on), leases: new PostgresLeases(on) };
  for (const part of [side.readStore, side.logStore, side.leases]) undo.later(() => part.close());
  return side;
}
