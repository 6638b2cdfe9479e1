import { Injectable } from '@nestjs/common';
import { type Command, type Decider, type DomainEvent, type Handled, type StreamMode, Streams } from '@slipway/kernel';
import type { CommandMessage } from './command-message';

/** What a command came to, for whoever asked: HTTP answer, Kafka reply. */
export class CommandAnswer {
  readonly stream: string;
  readonly version: number;
  readonly position: bigint;
  /** False when it was a repeat, or changed nothing. */
  readonly changed: boolean;

  constructor(
    readonly resource: unknown,
    handled: Handled<unknown, DomainEvent>,
    /** True when something new can be found under an id of its own. */
    readonly created: boolean,
  ) {
    this.stream = handled.stream;
    this.version = handled.version;
    this.position = handled.position;
    this.changed = handled.events.length > 0;
  }
}

/**
 * One way for every command that is decided on a stream: look for an earlier answer, gather what the decision needs, decide and append,
 * answer from the folded state. A handler only says which decider, which stream, which command and which resource.
 */
@Injectable()
export abstract class DecisionHandler<M extends CommandMessage, C extends Command, S, E extends DomainEvent> {
  constructor(protected readonly streams: Streams) {}

  protected abstract readonly decider: Decider<C, S, E>;
  protected abstract readonly mode: StreamMode;
  protected abstract stream(message: M): string | Promise<string>;
  /** The command as the decider wants it; reads what it needs from other streams. */
  protected abstract command(message: M): C | Promise<C>;
  protected abstract answer(handled: Handled<S, E>, message: M): unknown;
  /** Whether the answer is about something new. */
  protected creates(): boolean {
    return this.mode === 'new';
  }

  async execute(message: M): Promise<CommandAnswer | undefined> {
    const stream = await this.stream(message);
    const handled = message.recall
      ? await this.streams.answered(this.decider, stream, message.meta.commandId)
      : await this.streams.handle(this.decider, stream, this.command(message), this.mode);
    if (!handled) return undefined;
    const resource = await this.answer(handled, message);
    return new CommandAnswer(resource, handled, this.creates());
  }
}
