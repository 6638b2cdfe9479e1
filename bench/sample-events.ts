import { randomUUID } from 'node:crypto';
import type { EventToAppend } from '@slipway/kernel';

/** An event as long as those of a deployment are on average, hash and all: about 750 bytes of JSON. */
export function sampleEvent(): EventToAppend {
  const [deployment, command] = [randomUUID(), randomUUID()];
  const at = '2026-11-21T16:40:43.139Z';
  const data = {
    deployment,
    project: 'demo-shop',
    version: '1.4.2',
    environment: 'production',
    step: 'Deploy',
    attempt: 1,
    at,
    note: 'x'.repeat(120),
  };
  const metadata = {
    actor: 'slipway/drive-lanes',
    at,
    command: 'StartDeployment',
    commandId: command,
    correlationId: command,
    causationId: deployment,
    hash: '98f01406e60e3eac46dfff3360a74838cdd9d01303ee8a4824b485bcf492eb24',
  };
  return { id: randomUUID(), type: 'StepDispatched', data, metadata };
}

/** A stream that nobody has used yet. */
export function newStream(): string {
  return `deployment-${randomUUID()}`;
}

/** The same as text: what the bare drivers are given. */
export function storedText({ data, metadata }: EventToAppend): { data: string; metadata: string } {
  return { data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
}
