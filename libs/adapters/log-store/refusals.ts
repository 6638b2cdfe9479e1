import { InfrastructureError, type LogChunk } from '@slipway/kernel';

/** Only names like these become part of a path. Lower case alone: two spellings of one id would be two logs. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** False for a name that nothing can be stored under. */
export function isDeployment(id: string): boolean {
  return UUID.test(id);
}

/** Errors: InfrastructureError `log-store.refused` for what is no id of a deployment, or no number of a chunk. */
export function checkAppend(deployment: string, chunks: readonly LogChunk[]): void {
  if (!isDeployment(deployment)) throw refused(`${JSON.stringify(deployment)} is no id of a deployment`);
  const bad = chunks.find(({ number }) => !(Number.isSafeInteger(number) && number > 0));
  if (bad) throw refused(`${bad.number} is no number of a chunk`);
}

/** Errors: InfrastructureError `log-store.refused`. */
export function checkPlace(after: number): void {
  if (!(Number.isSafeInteger(after) && after >= 0)) throw refused(`${after} is no place in a log`);
}

function refused(why: string): InfrastructureError {
  return new InfrastructureError('log-store.refused', `the log store refused it: ${why}`, false);
}
