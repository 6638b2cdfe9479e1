import { DomainError, InfrastructureError, isDomainError, type RecordedEvent } from '@slipway/kernel';
import { deploymentStream, outOf } from '../domain/deployment';
import { deploymentDecider } from '../domain/deployment.decider';
import type { ChildDeploymentRequested, CancelRequested, StepTimedOut } from '../domain/deployment.events';
import { failAttempt, type RelayedDeploymentsDependencies, relayMeta } from './relay-commands';

/** Schedules what a `deploy-release` step asked for, decided on the other project's release like any other deployment; a refusal fails the step. */
export async function scheduleChild(event: RecordedEvent<ChildDeploymentRequested>, on: RelayedDeploymentsDependencies): Promise<void> {
  const { deployment: id, step, attempt, token, child, ancestors } = event.data;
  const { state } = await on.streams.load(deploymentDecider, deploymentStream(id));
  const waiting = state.status !== 'none' && outOf(state).some((one) => one.kind === 'child' && one.token === token);
  if (!waiting || state.children.some((one) => one.token === token)) return;
  if (state.status !== 'executing') {
    return failAttempt(event, { code: 'step.cancelled', message: 'the deployment was cancelled before the other one was scheduled' }, on);
  }
  try {
    const parent = { deployment: id, step, attempt, token, ancestors };
    const version = child.version === 'latest' ? await on.releases.latest(child.project, event.position) : child.version;
    if (version === undefined) throw new DomainError('not-found', 'release.not-found', `${child.project} has no release yet`);
    const asked = { ...child, version, parent };
    const answer = await on.gateway.send('ScheduleChildDeployment', asked, relayMeta(event, 'child'));
    const noted = { ...child, version, deployment: (answer.resource as { id: string }).id };
    await on.gateway.send('NoteChild', { deployment: id, token, child: noted }, relayMeta(event, 'note-child'));
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const message = `${child.project} ${child.version} cannot be deployed to ${child.environment}: ${error.message}`;
    await failAttempt(event, { code: error.code, message }, on);
  }
}

/**
 * Nobody waits any more for the deployments that the attempts asked for: they are cancelled. One that has ended meanwhile refuses, which is fine; one whose
 * stream a reactor is still to open comes later. Error: InfrastructureError `deployment.unopened`, retryable.
 */
export async function cancelChildren(
  event: RecordedEvent<CancelRequested | StepTimedOut>,
  { streams, gateway }: RelayedDeploymentsDependencies,
): Promise<void> {
  const { deployment, project } = event.data;
  const attempts = event.type === 'StepTimedOut' ? [event.data] : event.data.attempts;
  const tokens = new Set(attempts.map((one) => one.token));
  const { state } = await streams.load(deploymentDecider, deploymentStream(deployment));
  if (state.status === 'none') return;
  for (const child of state.children.filter((one) => tokens.has(one.token))) {
    const reason = `step ${child.step} of ${project}, deployment ${deployment}, no longer waits for it`;
    try {
      await gateway.send('CancelDeployment', { deployment: child.deployment, reason }, relayMeta(event, `cancel-${child.token}`));
    } catch (error) {
      if (!isDomainError(error)) throw error;
      if (error.kind === 'not-found') {
        throw new InfrastructureError('deployment.unopened', `deployment ${child.deployment} was scheduled, and has no stream yet`, true);
      }
    }
  }
}
