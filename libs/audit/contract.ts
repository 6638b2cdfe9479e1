export { auditEvent } from './queries/audit-event';
