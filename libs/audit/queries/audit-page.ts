import type { EventStore, RecordedEvent } from '@slipway/kernel';
import { DEFAULT_LIMIT, type Page } from '@slipway/platform';
import { type AuditEvent, auditEvent } from './audit-event';
import { type AuditQuery, auditFilter } from './audit-query';
import { cursorBehind, history, startOf } from './history';

/** Events that one page looks through. A rare filter then gets what was found so far, maybe nothing, and `next` to search on: nobody waits for a whole log. */
export const SCAN_LIMIT = 20_000;

/** One page of the history. Errors: those of startOf and auditFilter. */
export async function auditPage(store: EventStore, query: AuditQuery): Promise<Page<AuditEvent>> {
  const { limit = DEFAULT_LIMIT } = query;
  const filter = auditFilter(query);
  const start = startOf(query);
  const items: AuditEvent[] = [];
  let [scanned, last]: [number, RecordedEvent | undefined] = [0, undefined];
  const page = () => (last ? { items, next: cursorBehind(last, start) } : { items });
  for await (const events of history(store, start, filter.selects ? {} : { first: limit + 1 })) {
    for (const event of events) {
      const found = filter.matches(event);
      if ((found && items.length === limit) || scanned === SCAN_LIMIT) return page();
      if (found) items.push(auditEvent(event));
      [scanned, last] = [scanned + 1, event];
    }
  }
  return { items };
}
