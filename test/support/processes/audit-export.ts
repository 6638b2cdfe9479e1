import type { AuditEvent } from '../answers';

/** The whole log, as the audit of a running Slipway exports it. */
export async function auditExport(address: string): Promise<AuditEvent[]> {
  const headers = { Accept: 'application/x-ndjson' };
  const text = await (await fetch(new URL('/api/v1/audit/events', address), { headers })).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEvent);
}
