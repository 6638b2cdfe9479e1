import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { FreezesReader } from '@slipway/freezes/contract';
import { Clock, defined, EventStore, type Reason, type RecordedEvent, type Snapshot } from '@slipway/kernel';
import { Answer, positionOf, ReadModels, type ReadQuery, tracedReasons } from '@slipway/platform';
import { ReleasesReader, type Verdict } from '@slipway/releases/contract';
import type { DeploymentView } from '../domain/deployment-view';
import { laneName } from '../domain/lane';
import { startVerdict } from '../domain/start-verdict';
import { deploymentsProjection } from '../projections/deployments';
import { type DeploymentRow, deploymentsTable } from '../projections/deployments.tables';
import { type TimerKind, timers, timersTable } from '../projections/timers';
import { enteredBy, stepsUnderWay } from './deployment-past';
import { DeploymentStreams } from './deployment-streams';
import { notFound } from './deployments.query';
import { holderOf, waitingFor } from './waiting-for';

export class ExplainDeployment {
  constructor(
    readonly id: string,
    readonly query: ReadQuery,
  ) {}
}

/** A deployment that others wait for: what it is at. */
interface Holder {
  readonly deployment: string;
  readonly release: string;
  readonly state: string;
  readonly since: string;
  readonly waitingFor?: Reason;
}

/** What the clock will do about it. */
interface Timer {
  readonly kind: TimerKind;
  readonly step?: string;
  readonly at: string;
}

interface Found {
  readonly row: DeploymentRow;
  readonly reason?: Reason;
  readonly holder?: { readonly view: DeploymentView; readonly shown: Holder };
}

/** Why a deployment is where it is: what it waits for and who holds that, what runs, what the clock will bring, and what stands against its start; or why it ended. */
@QueryHandler(ExplainDeployment)
export class ExplainDeploymentHandler implements IQueryHandler<ExplainDeployment> {
  constructor(
    private readonly models: ReadModels,
    private readonly releases: ReleasesReader,
    private readonly freezes: FreezesReader,
    private readonly events: EventStore,
    private readonly streams: DeploymentStreams,
    private readonly clock: Clock,
  ) {}

  /** Errors: DomainError `deployment.not-found`. */
  async execute({ id, query }: ExplainDeployment): Promise<Answer<unknown>> {
    const answer = await this.models.from(deploymentsProjection, positionOf(query), (snapshot) => found(snapshot, id));
    const { row, reason, holder } = answer.body;
    const { view } = row.fold;
    const past = await this.streams.past(id, answer.position);
    const entered = view.state === 'scheduled' ? await this.scheduling(row) : enteredBy(past);
    const upcoming = (await this.models.from(timers, answer.position, (snapshot) => timersOf(snapshot, id))).body;
    const [traced] = await tracedReasons(this.events, reason ? [causedBy(entered, reason)] : []);
    const start = await this.start(view);
    const body = defined({
      deployment: id,
      state: view.state,
      since: view.finishedAt ?? entered?.metadata.at,
      notBefore: latest(reason?.notBefore, holder?.shown.waitingFor?.notBefore, start?.notBefore),
      reason: traced,
      steps: stepsUnderWay(view, past),
      holder: holder && { ...holder.shown, steps: stepsUnderWay(holder.view, await this.streams.past(holder.view.id, answer.position)) },
      timers: upcoming,
      start,
    });
    return new Answer(body, answer.position);
  }

  /** Where its release took it in: its own stream may not be open yet. */
  private async scheduling({ scheduled }: DeploymentRow): Promise<RecordedEvent | undefined> {
    return (await this.events.readAll({ after: scheduled - 1n, limit: 1 }))[0];
  }

  /** Whether it may start when its turn can come at the earliest; undefined where it has started, or never will. */
  private async start(view: DeploymentView): Promise<Verdict | undefined> {
    if (view.state !== 'scheduled' && view.state !== 'queued') return undefined;
    const release = await this.releases.find(view.project, view.release);
    if (!release) return undefined;
    const now = this.clock.timestamp();
    const at = view.at > now ? view.at : now;
    const freezes = await this.freezes.of(view.project, at);
    const verdict = startVerdict(release, { deployment: view.id, environment: view.environment }, at, freezes);
    return { ...verdict, reasons: await tracedReasons(this.events, verdict.reasons) };
  }
}

async function found(snapshot: Snapshot, id: string): Promise<Found> {
  const row = await snapshot.get(deploymentsTable, id);
  if (!row) throw notFound(id);
  const { view } = row.fold;
  const reason = (await waitingFor(view, snapshot)) ?? (view.state === 'scheduled' ? notDue(view) : view.reason);
  return defined({ row, reason, holder: view.state === 'queued' ? await heldBy(snapshot, view) : undefined });
}

function notDue({ at }: DeploymentView): Reason {
  return { code: 'not-due', message: `It is due at ${at}.`, facts: { at }, events: [], notBefore: at };
}

async function heldBy(snapshot: Snapshot, { id, project, environment }: DeploymentView): Promise<Found['holder']> {
  const { holder, held } = await holderOf(laneName(project, environment), snapshot);
  if (!holder || !held || held.id === id) return undefined;
  const { view } = held.fold;
  const { release, state } = view;
  return {
    view,
    shown: defined({ deployment: view.id, release, state, since: holder.since, waitingFor: await waitingFor(view, snapshot) }),
  };
}

async function timersOf(snapshot: Snapshot, deployment: string): Promise<Timer[]> {
  const rows = await snapshot.select(timersTable, { where: { deployment }, orderBy: ['at'] });
  return rows.map(({ kind, step, at }) => (step === '' ? { kind, at } : { kind, step, at }));
}

/** What nothing else caused goes back to the event that made the state. */
function causedBy(entered: RecordedEvent | undefined, reason: Reason): Reason {
  return reason.events.length > 0 || !entered ? reason : { ...reason, events: [entered.id] };
}

/** Of times as RFC 3339 UTC; undefined: none is known. */
function latest(...times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
}
