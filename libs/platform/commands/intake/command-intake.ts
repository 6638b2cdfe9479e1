import {
  type Clock,
  type Consumer,
  type Delivery,
  DomainError,
  isDomainError,
  isInfrastructureError,
  isRetryable,
  type Log,
  type MessageBus,
  messageOf,
  TOPICS,
  withDeadLetters,
} from '@slipway/kernel';
import { problemOf } from '../../http/problem';
import type { CommandGateway } from '../command-gateway';
import { askedCommand, replyAddressOf, type ReplyAddress } from './asked-command';
import { acceptedReply, type CommandReply, replyMessage, shortReply } from './command-reply';

const GROUP = 'slipway-commands';
/** Commands under different keys are handled side by side, those under one in order. */
const SIDE_BY_SIDE = 32;

export interface CommandIntakeOptions {
  /** Where the topics of commands, replies and dead letters are ensured. */
  readonly bus: MessageBus;
  readonly gateway: Pick<CommandGateway, 'ask'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes commands from `slipway.commands`, by the same door as HTTP, and answers each: the answer is on the bus before the command is acknowledged, so a crash
 * between the two repeats the same answer. A refusal is an answer. What is no command at all, or fails unexpectedly, is answered and set aside.
 */
export class CommandIntake {
  private readonly ending = new AbortController();
  private consumer: Consumer | undefined;

  constructor(private readonly on: CommandIntakeOptions) {}

  /** Resolves when it holds its partitions. */
  async start(): Promise<void> {
    const { bus, clock, log } = this.on;
    const beforeSettingAside = (delivery: Delivery, error: unknown) => this.answerDead(delivery, error);
    const options = { bus, clock, log, group: GROUP, signal: this.ending.signal, beforeSettingAside };
    const handle = withDeadLetters(options, (delivery) => this.take(delivery));
    this.consumer = bus.consume({ group: GROUP, topics: [TOPICS.commands], concurrency: SIDE_BY_SIDE, handle });
    await this.consumer.started;
  }

  /** Why it takes no commands now, in plain words; undefined while it does. */
  trouble(): string | undefined {
    return this.consumer ? this.consumer.trouble() : 'it has not been started';
  }

  /** Lets commands that run end, and hands back those that wait for a store. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.consumer?.stop();
  }

  private async take(delivery: Delivery): Promise<void> {
    const { name, body, caller } = askedCommand(delivery);
    const address = replyAddressOf(delivery);
    if (address) await this.reply(address, await this.outcome(name, body, caller));
  }

  private async outcome(...[name, body, caller]: [string, unknown, Parameters<CommandGateway['ask']>[3]]): Promise<CommandReply> {
    try {
      return acceptedReply(await this.on.gateway.ask(name, body, {}, caller));
    } catch (error) {
      const problem = problemOf(error, caller.correlationId);
      if (isRetryable(error) || problem.status >= 500 || problem.code === 'command.unknown') throw error;
      return { status: 'refused', problem };
    }
  }

  /** Errors: DomainError `reply.no-topic`: what was asked for has its outcome, which nobody can be told. */
  private async reply(address: ReplyAddress, reply: CommandReply): Promise<void> {
    const { bus } = this.on;
    try {
      await bus.publish([replyMessage(address, reply)]);
    } catch (error) {
      if (!isInfrastructureError(error)) throw error;
      if (error.code === 'message-bus.unknown-topic') throw noTopic(address.topic, reply);
      if (error.code !== 'message-bus.too-large') throw error;
      await bus.publish([replyMessage(address, shortReply(reply))]);
    }
  }

  private async answerDead(delivery: Delivery, error: unknown): Promise<void> {
    const { log } = this.on;
    const address = replyAddressOf(delivery);
    if (!address) return;
    const traceId = address.correlationId;
    const problem = problemOf(error, traceId);
    if (problem.status >= 500) log.error(`a command failed: ${messageOf(error)}`, { traceId, stack: (error as Error).stack });
    try {
      await this.reply(address, { status: 'refused', problem });
    } catch (silence) {
      if (isRetryable(silence)) throw silence;
      // The dead letter says it as well, and nobody else is there to be told.
      if (!isDomainError(error)) log.warn(`nobody could be told that a command failed: ${messageOf(silence)}`, { traceId });
    }
  }
}

function noTopic(topic: string, reply: CommandReply): DomainError {
  const outcome = reply.status === 'accepted' ? `accepted, at position ${reply.position}` : `refused: ${reply.problem.code}`;
  const message = `The command was ${outcome}; but there is no topic ${topic} to say so: create it, and replay this message for the same answer.`;
  return new DomainError('not-found', 'reply.no-topic', message, { topic });
}
