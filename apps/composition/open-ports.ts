import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { MemoryLeases } from '@slipway/adapters/leases/memory/memory-leases';
import { FileLogStore } from '@slipway/adapters/log-store/files/file-log-store';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { type EventStore, Ids, type Leases, type LogStore, ObservedEventStore, type ReadStore } from '@slipway/kernel';
import { fileOf, type Machine } from './machine';
import type { Undo } from './undo';

/** The log that EVENT_STORE_URL names. A server that is away is waited for by whoever asks it. */
export function openEventStore(machine: Machine, undo: Undo): EventStore {
  const { clock, random } = machine;
  const store = SqliteEventStore.open({ file: fileOf(machine.settings.EVENT_STORE_URL), clock, ids: new Ids(clock, random) });
  undo.later(() => store.close());
  return new ObservedEventStore(store, machine.telemetry);
}

/** What can be built anew, or is kept beside the log. */
export interface ReadSide {
  readonly readStore: ReadStore;
  readonly logStore: LogStore;
  readonly leases: Leases;
}

/** What READ_STORE_URL names: rows, step output and leases belong to the same processes, and so into the same place. `logFolder`: of step output beside SQLite. */
export function openReadSide(machine: Machine, undo: Undo, logFolder = ''): ReadSide {
  const { clock } = machine;
  const readStore = new SqliteReadStore(fileOf(machine.settings.READ_STORE_URL));
  const side: ReadSide = { readStore, logStore: new FileLogStore(logFolder), leases: new MemoryLeases(clock) };
  for (const part of [side.readStore, side.logStore, side.leases]) undo.later(() => part.close());
  return side;
}
