import { isDomainError } from '../errors';
import type { RecordedEvent } from '../event';
import { hashedId } from '../ids';
import type { Reactor, ReactorCommand } from '../reactor';
import type { SubscriptionOptions, SubscriptionPorts } from './catch-up-subscription';
import { EventConsumer } from './event-consumer';

/** Who sends a command, and why: derived from the event, so a redelivery sends the same. */
export interface ReactorCommandMeta {
  readonly commandId: string;
  /** `slipway/<reactor>` */
  readonly actor: string;
  readonly correlationId: string;
  /** The event's id. */
  readonly causationId: string;
  readonly traceparent?: string;
}

/** Resolves when the command took effect or was a repeat. A DomainError is an answer; retryable errors are tried again; others park the event. */
export type SendCommand = (command: ReactorCommand, meta: ReactorCommandMeta) => Promise<void>;

/** Sends what a reactor asks for, one command after another for each of its order keys, in log order. */
export class ReactorRunner extends EventConsumer {
  protected readonly kind = 'reactor';

  constructor(
    readonly reactor: Reactor,
    private readonly send: SendCommand,
    ports: SubscriptionPorts,
    options: SubscriptionOptions = {},
  ) {
    super(reactor, ports, options);
  }

  protected override keyOf(event: RecordedEvent): string {
    const { on, orderKey } = this.reactor;
    if (!orderKey) return '';
    return Object.hasOwn(on, event.type) ? orderKey(event) : event.stream;
  }

  protected override async handle(event: RecordedEvent): Promise<void> {
    const handler = Object.hasOwn(this.reactor.on, event.type) ? this.reactor.on[event.type] : undefined;
    const commands = handler?.(event as never) ?? [];
    for (const [number, command] of commands.entries()) await this.ask(command, number, event);
  }

  private async ask(command: ReactorCommand, number: number, event: RecordedEvent): Promise<void> {
    const { correlationId, traceparent } = event.metadata;
    const meta: ReactorCommandMeta = {
      commandId: hashedId(this.reactor.name, event.id, number),
      actor: `slipway/${this.reactor.name}`,
      correlationId,
      causationId: event.id,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    try {
      await this.send(command, meta);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      this.ports.log.debug(`${command.name} of reactor ${this.reactor.name} was refused`, {
        code: error.code,
        event: event.id,
        facts: error.facts,
      });
    }
  }
}
