import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Clock, type CommandMeta, hashOf, Ids, canonicalJson } from '@slipway/kernel';
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
  ) {}

  /**
   * A public command from outside: `body` is whatever was sent, `parameters` come from the route and may not be repeated in it.
   * Errors: DomainErrors of shape and rules; InfrastructureErrors.
   */
  async ask(name: string, body: unknown, parameters: Readonly<Record<string, string>>, caller: Caller): Promise<CommandAnswer> {
    const command = this.registry.public(name);
    const sent = merged(body, parameters);
    checkShape(command.type, sent);
    const { idempotencyKey, ...asked } = caller;
    if (idempotencyKey === undefined) {
      return this.run(command, sent, { ...asked, commandId: this.ids.next(), now: this.clock.timestamp() });
    }
    const claim = { principal: caller.actor, key: idempotencyKey, fingerprint: hashOf(name, canonicalJson(sent)) };
    return this.claims.run(claim, (claimed, recall) => this.execute(command, sent, { ...asked, ...claimed }, recall));
  }

  /** A command that the system sends to itself; its data were made by our own code. */
  async send(name: string, data: object, meta: Omit<CommandMeta, 'now'>): Promise<CommandAnswer> {
    return this.run(this.registry.any(name), data, { ...meta, now: this.clock.timestamp() });
  }

  /** Another command in the place of `message`: what it comes to is the answer to that one, under its id. */
  pass(name: string, data: object, { meta, recall = false }: CommandMessage): Promise<CommandAnswer | undefined> {
    return this.execute(this.registry.any(name), data, meta, recall);
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
