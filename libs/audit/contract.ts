export { auditEvent } from './queries/audit-event';
export { checkTypes } from './queries/known-types';
