import { InfrastructureError } from '@slipway/kernel';
import type { Admin } from 'kafkajs';
import type { KafkaClient } from './kafka-client';
import { protocolError } from './kafka-failure';

/** Questions about topics and groups, over one connection that is made when it is first needed, and anew after a failure. */
export class KafkaAdmin {
  private current: Promise<Admin> | undefined;
  private closed = false;

  constructor(readonly client: KafkaClient) {}

  /** `what` completes "Kafka did not …". Errors: those of kafkaFailure. */
  async ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const used = this.current;
    try {
      return await this.askOnce(question).catch((error: unknown) => {
        // kafkajs asks after every topic that it ever heard of along with others, and fails when one of them is gone: one that starts afresh does not.
        if (used === undefined || protocolError(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
        return this.askOnce(question);
      });
    } catch (error) {
      throw this.client.failure(error, what);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.letGo();
  }

  private async askOnce<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.closed) throw new InfrastructureError('message-bus.unavailable', 'the message bus is closed', true);
    const current = (this.current ??= this.connect());
    try {
      return await question(await current);
    } catch (error) {
      if (this.current === current) void this.letGo();
      throw error;
    }
  }

  private async connect(): Promise<Admin> {
    const admin = this.client.kafka().admin();
    await admin.connect();
    return admin;
  }

  private letGo(): Promise<void> | undefined {
    const going = this.current?.then(
      (admin) => admin.disconnect().catch(() => undefined),
      () => undefined,
    );
    this.current = undefined;
    return going;
  }
}
