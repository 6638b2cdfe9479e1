import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { canonicalJson, Clock, type CommandMeta, hashOf, Ids, isDomainError, type SpanKind, Telemetry } from '@slipway/kernel';
import { objectOf } from '../http/body-of';
import { checkShape } from '../validation/check-shape';
import { misfit } from '../validation/misfit';
import { CommandClaims } from './command-claims';
import type { CommandMessage, DeclaredCommand } from './command-message';
import { CommandRegistry } from './command-registry';
import type { CommandAnswer } from './decision-handler';

/** Who asks, how often they may have asked before, and what the request belongs to. */
export interface Caller {
  readonly actor: string;
  readonly idempotencyKey?: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  readonly expectedVersion?: number;
}

/** The one door for commands, from HTTP, Kafka, reactors, timers and consumers: one DTO, one validation, one idempotency. */
@Injectable()
export class CommandGateway {
  constructor(
    private readonly bus: CommandBus,
    private readonly registry: CommandRegistry,
    private readonly claims: CommandClaims,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * A public command from outside: `body` is whatever was sent, `parameters` come from the route and may not be repeated in it.
   * Errors: DomainErrors of shape and rules; InfrastructureErrors.
   */
  async ask(name: string, body: unknown, parameters: Readonly<Record<string, string>>, caller: Caller): Promise<CommandAnswer> {
    const command = this.registry.public(name);
    return this.observed(command, 'server', caller, async ({ idempotencyKey, ...asked }) => {
      const sent = merged(body, parameters);
      checkShape(command.type, sent);
      if (idempotencyKey === undefined) {
        return this.run(command, sent, { ...asked, commandId: this.ids.next(), now: this.clock.timestamp() });
      }
      const claim = { principal: caller.actor, key: idempotencyKey, fingerprint: hashOf(name, canonicalJson(sent)) };
      return this.claims.run(claim, (claimed, recall) => this.execute(command, sent, { ...asked, ...claimed }, recall));
    });
  }

  /** A command that the system sends to itself; its data were made by our own code. */
  async send(name: string, data: object, meta: Omit<CommandMeta, 'now'>): Promise<CommandAnswer> {
    const command = this.registry.any(name);
    return this.observed(command, 'internal', meta, (asked) => this.run(command, data, { ...asked, now: this.clock.timestamp() }));
  }

  /** Another command in the place of `message`: what it comes to is the answer to that one, under its id. */
  pass(name: string, data: object, { meta, recall = false }: CommandMessage): Promise<CommandAnswer | undefined> {
    return this.execute(this.registry.any(name), data, meta, recall);
  }

  /** Counted, timed and traced: the events of a command name its span as what comes next hangs below. */
  private async observed<A extends Pick<CommandMeta, 'correlationId' | 'traceparent'>>(
    { name }: DeclaredCommand,
    kind: SpanKind,
    asked: A,
    work: (asked: A) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    const { correlationId, traceparent } = asked;
    const attributes = { 'slipway.correlation_id': correlationId };
    const ended = this.telemetry.metrics.startCommand(name);
    try {
      const answer = await this.telemetry.span(name, { kind, correlationId, traceparent, attributes }, (span) =>
        work(span.traceparent === undefined ? asked : { ...asked, traceparent: span.traceparent }),
      );
      ended('accepted');
      return answer;
    } catch (error) {
      ended(isDomainError(error) ? 'refused' : 'failed');
      throw error;
    }
  }

  private async run(command: DeclaredCommand, data: object, meta: CommandMeta): Promise<CommandAnswer> {
    const answer = await this.execute(command, data, meta, false);
    if (!answer) throw new Error(`command ${command.name} gave no answer`);
    return answer;
  }

  private execute(command: DeclaredCommand, data: object, meta: CommandMeta, recall: boolean): Promise<CommandAnswer | undefined> {
    const message: CommandMessage = Object.assign(new command.type(), data, { meta, recall });
    return this.bus.execute<CommandMessage, CommandAnswer | undefined>(message);
  }
}

function merged(body: unknown, parameters: Readonly<Record<string, string>>): object {
  const sent = objectOf(body);
  const repeated = Object.keys(parameters).filter((name) => Object.hasOwn(sent, name));
  if (repeated.length > 0)
    throw misfit(repeated.map((name) => ({ pointer: `/${name}`, message: 'stands in the address already: leave it out of the body' })));
  return { ...sent, ...parameters };
}
