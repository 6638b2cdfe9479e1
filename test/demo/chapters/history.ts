import type { AuditEvent } from '../../../generated/client';
import { done } from '../slipway-client';
import type { Stage } from '../stage';
import { fact } from '../story';

/** Who speaks for a deployment that ended. */
const SLIPWAY = 'slipway/conclude-deployment';

/** Everything that this story did with release 1.0.0. */
const EXPECTED = [
  'ada ReleaseCreated',
  'ada PhaseReached Development',
  'ada DeploymentScheduled development, automatic',
  `${SLIPWAY} DeploymentConcluded development, succeeded`,
  `${SLIPWAY} PhaseReached Staging`,
  'ben ReleasePromoted development → staging',
  'ben DeploymentScheduled staging',
  `${SLIPWAY} DeploymentConcluded staging, succeeded`,
  `${SLIPWAY} PhaseReached Production`,
  'cleo ReleasePromoted staging → production',
  'cleo DeploymentScheduled production',
  `${SLIPWAY} DeploymentConcluded production, succeeded`,
  'ben DeploymentScheduled staging, without Tell the team',
  `${SLIPWAY} DeploymentConcluded staging, succeeded`,
  'ben DeploymentScheduled development',
  `${SLIPWAY} DeploymentConcluded development, succeeded`,
  'ada VariablesUpdated snapshot 2',
  'ben DeploymentScheduled development',
  `${SLIPWAY} DeploymentConcluded development, succeeded`,
  'ben DeploymentScheduled staging',
  'cleo DeploymentScheduled production',
  `${SLIPWAY} DeploymentConcluded staging, failed`,
  `${SLIPWAY} DeploymentConcluded production, cancelled`,
  'ben DeploymentScheduled staging',
  `${SLIPWAY} DeploymentConcluded staging, succeeded`,
  'cleo DeploymentScheduled production, rolled back',
  `${SLIPWAY} DeploymentConcluded production, succeeded`,
];

/** The exact history of one release. */
export async function history({ story, ada }: Stage): Promise<void> {
  story.chapter('What happened to release 1.0.0');
  const { items, next } = await done(ada.getAuditStream({ path: { stream: 'release-shop@1.0.0' }, query: { limit: 200 } }));
  story.tell(`Its history has ${items.length} events, without a gap, each with its time and who it was:`, [
    fact('a further page', next, undefined),
    fact('streams', [...new Set(items.map(({ stream }) => stream))], ['release-shop@1.0.0']),
    fact(
      'versions',
      items.map(({ version }) => version),
      [...items.keys()],
    ),
    fact(
      'events without a time',
      items.filter(({ at }) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at)),
      [],
    ),
    fact(
      'who did what',
      items.map((event) => `${event.actor} ${event.type} ${details(event)}`.trim()),
      EXPECTED,
    ),
  ]);
  story.show(
    items.map((event) => `${event.at}  ${event.actor.padEnd(SLIPWAY.length)}  ${event.type.padEnd(19)}  ${details(event)}`.trim()),
  );

  const { verified, events, streams } = await done(ada.verifyAudit({ body: {} }));
  story.tell(`Ada had all of it verified: ${events} events in ${streams} streams are what was stored, hash by hash.`, [
    fact('verified', verified, true),
    fact('many events', events > 200, true),
  ]);
}

function details({ data }: AuditEvent): string {
  if ('from' in data) return `${String(data['from'])} → ${String(data['to'])}`;
  if ('snapshot' in data) return `snapshot ${String(data['snapshot'])}`;
  const excluded = Array.isArray(data['excluded']) && data['excluded'].length > 0 ? `without ${data['excluded'].join(', ')}` : undefined;
  const rolledBack = 'rollbackOf' in data ? 'rolled back' : undefined;
  const automatic = data['automatic'] === true ? 'automatic' : undefined;
  return [data['phase'], data['environment'], data['outcome'], automatic, excluded, rolledBack]
    .flatMap((word) => word ?? [])
    .map(String)
    .join(', ');
}
