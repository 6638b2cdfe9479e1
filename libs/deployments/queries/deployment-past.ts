import { defined, type Recorded, timeAfter } from '@slipway/kernel';
import type { DeploymentView, ViewFold } from '../domain/deployment-view';
import type { DeploymentEvent } from '../domain/deployment.events';
import { viewAfter } from '../domain/evolve-view';

type Event = Recorded<DeploymentEvent>;

/** A step that was offered to workers, or that runs. */
export interface StepUnderWay {
  readonly name: string;
  readonly state: string;
  readonly attempt?: number;
  readonly pool?: string;
  readonly worker?: string;
  /** Since when it is in this state. */
  readonly since?: string;
  /** Its time limit ends it by then; absent: it has none, or has yet to begin. */
  readonly until?: string;
}

/** The event of its own stream that brought a deployment into the state that it is in. */
export function enteredBy(events: readonly Event[]): Event | undefined {
  let fold: ViewFold | undefined;
  let entered: Event | undefined;
  for (const event of events) {
    const after = viewAfter(fold, event);
    if (after?.view.state !== fold?.view.state) entered = event;
    fold = after;
  }
  return entered;
}

/** The steps of a deployment that are under way, with what only its stream says of them. */
export function stepsUnderWay({ steps }: DeploymentView, events: readonly Event[]): StepUnderWay[] {
  const plan = events.flatMap((event) => (event.type === 'DeploymentOpened' ? event.data.plan : []));
  const underWay = steps.filter(({ state }) => state === 'running' || state === 'dispatched');
  return underWay.map(({ name, state, attempts }) => {
    const { number: attempt, pool, worker, startedAt } = attempts.at(-1) ?? {};
    const offered = events.findLast((event) => event.type === 'StepDispatched' && event.data.step === name);
    const limit = plan.find((one) => one.name === name)?.timeoutMs;
    const until = startedAt === undefined || limit === undefined ? undefined : timeAfter(startedAt, limit);
    return defined({ name, state, attempt, pool, worker, since: startedAt ?? offered?.metadata.at, until });
  });
}
