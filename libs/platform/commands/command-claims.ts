import { LRUCache } from 'lru-cache';
import {
  type CommandMeta,
  DomainError,
  type DomainEvent,
  type EventStore,
  hashedId,
  hashOf,
  type Ids,
  InfrastructureError,
  type RecordedEvent,
  WrongExpectedVersion,
  type Clock,
} from '@slipway/kernel';
import type { CommandAnswer } from './decision-handler';

const CLAIMED = '$CommandClaimed';
const CLOSED = '$CommandClaimClosed';
const PAGE = 1_000;
const KEEP_SECONDS = 7 * 24 * 3_600;
/** A claim this old that led to nothing belonged to a process that died. */
const ABANDONED_AFTER_MS = 30_000;
/** Of the commands that an outage of the store caught, so many are known: the others wait until they are abandoned. */
const MOST_GIVEN_UP = 10_000;

export interface Claim {
  /** Principal and key: together they name the intention. */
  readonly principal: string;
  readonly key: string;
  /** Over command name, parameters and body: the same key with another one is a mistake of the caller. */
  readonly fingerprint: string;
}

/** Runs the command, or, with `recall`, only looks for what it came to before. */
export type RunCommand = (claimed: Pick<CommandMeta, 'commandId' | 'now'>, recall: boolean) => Promise<CommandAnswer | undefined>;

interface ClaimState {
  readonly fingerprint: string;
  readonly at: string;
  readonly open: boolean;
  readonly version: number;
}

/**
 * Idempotency by key (decision 3): the key is claimed on a system stream of its own before anything runs, so that twins, retries and
 * crashes all come to the first answer. Errors: `idempotency.key-reused`, `idempotency.in-flight` (retryable).
 */
export class CommandClaims {
  /** Claims that this process may have made and no longer works on, though it could not close them: which version each has in its stream. */
  private readonly givenUp = new LRUCache<string, number>({ max: MOST_GIVEN_UP });

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  async run(claim: Claim, run: RunCommand): Promise<CommandAnswer> {
    const commandId = hashedId('command', claim.principal, claim.key);
    const stream = `command-${hashOf(claim.principal, claim.key)}`;
    let known = await this.take(stream, -1, claim, commandId);
    if (!known.mine) {
      if (known.fingerprint !== claim.fingerprint) {
        throw new DomainError(
          'unsupported',
          'idempotency.key-reused',
          'This Idempotency-Key was used for another request: use a new key for each intention.',
          { key: claim.key },
        );
      }
      const earlier = await run({ commandId, now: known.at }, true);
      if (earlier) return earlier;
      const isWorkedOn = known.open && this.givenUp.get(stream) !== known.version;
      if (isWorkedOn && this.clock.now() - Date.parse(known.at) < ABANDONED_AFTER_MS) throw inFlight();
      known = await this.take(stream, known.version, claim, commandId);
      if (!known.mine) throw inFlight();
    }
    return this.runClaimed(stream, known, commandId, run);
  }

  private async runClaimed(stream: string, claimed: ClaimState, commandId: string, run: RunCommand): Promise<CommandAnswer> {
    let answer: CommandAnswer | undefined;
    try {
      answer = await run({ commandId, now: claimed.at }, false);
    } catch (error) {
      // Nobody works on it any more. Should it have come to something all the same, the next try finds that before it runs.
      await this.close(stream, claimed.version, commandId);
      throw error;
    }
    if (!answer) throw new Error(`command ${commandId} gave no answer`);
    if (!answer.changed) await this.close(stream, claimed.version, commandId);
    return answer;
  }

  /** Claims the key after version `after`; where somebody else was faster, what they claimed. */
  private async take(stream: string, after: number, claim: Claim, commandId: string): Promise<ClaimState & { mine: boolean }> {
    const at = this.clock.timestamp();
    try {
      const { version } = await this.append(stream, after, { type: CLAIMED, data: { fingerprint: claim.fingerprint, at } }, commandId);
      return { mine: true, fingerprint: claim.fingerprint, at, open: true, version };
    } catch (error) {
      if (!(error instanceof WrongExpectedVersion)) {
        // It may be stored all the same.
        this.givenUp.set(stream, after + 1);
        throw error;
      }
      return { mine: false, ...(await this.read(stream)) };
    }
  }

  private async read(stream: string): Promise<ClaimState> {
    const events: RecordedEvent[] = [];
    // Somebody who waits for a rule to hold may try for days.
    for (let more = true; more;) {
      const page = await this.store.readStream(stream, { from: events.length, limit: PAGE });
      events.push(...page);
      more = page.length === PAGE;
    }
    const claimed = events.findLast((event) => event.type === CLAIMED);
    const last = events.at(-1);
    if (!claimed || !last) throw inFlight();
    const { fingerprint, at } = claimed.data as { fingerprint: string; at: string };
    return { fingerprint, at, open: last.type === CLAIMED, version: last.version };
  }

  private async close(stream: string, version: number, commandId: string): Promise<void> {
    try {
      await this.append(stream, version, { type: CLOSED, data: {} }, commandId);
    } catch {
      // Somebody took an abandoned claim over, and closing it is their business now; or the store is away, and others wait until it is abandoned.
      this.givenUp.set(stream, version);
    }
  }

  private append(stream: string, after: number, event: DomainEvent, commandId: string) {
    const at = this.clock.timestamp();
    const metadata = { actor: 'slipway/claims', at, command: 'Claim', commandId, correlationId: commandId, causationId: commandId };
    return this.store.append(stream, after < 0 ? 'none' : after, [{ id: this.ids.next(), ...event, metadata }], {
      keepForSeconds: KEEP_SECONDS,
    });
  }
}

function inFlight(): InfrastructureError {
  return new InfrastructureError(
    'idempotency.in-flight',
    'A request with this Idempotency-Key is being worked on: try again in a moment.',
    true,
  );
}
