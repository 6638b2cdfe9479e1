export { type AuditEvent, auditEvent } from './queries/audit-event';
