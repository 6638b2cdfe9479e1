import type { LogRecord } from './record';

const MOST_BYTES = 8 * 1_024 * 1_024;

/** What the server remembers of ids for appends without an exact expectation: 8 MiB of events, nothing across a restart. */
export class RecentIds {
  private readonly byId = new Map<string, LogRecord>();
  private size = 0;

  remember(record: LogRecord): void {
    this.byId.set(record.id, record);
    this.size += sizeOf(record);
    for (const [id, oldest] of this.byId) {
      if (this.size <= MOST_BYTES) return;
      this.byId.delete(id);
      this.size -= sizeOf(oldest);
    }
  }

  find(id: string): LogRecord | undefined {
    return this.byId.get(id);
  }

  clear(): void {
    this.byId.clear();
    this.size = 0;
  }
}

function sizeOf(record: LogRecord): number {
  return record.data.length + record.metadata.length;
}
