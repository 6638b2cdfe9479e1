import { readFileSync } from 'node:fs';
import { type Clock, InfrastructureError, type Log, messageOf, type Random } from '@slipway/kernel';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { kafkaFailure } from './kafka-failure';
import type { KafkaPlace } from './kafka-url';
import { mendKafkajs } from './mended-kafkajs';

const CONNECT_MS = 3_000;
/** A broker that is stopped, not gone, keeps its connections and answers nothing. */
const REQUEST_MS = 10_000;
/** kafkajs tries again within a call: a producer for about 8 s, as long as a broker takes to start again, since only it knows its own messages again. */
const PATIENT = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 10 };
/** Less than a second where we try again ourselves, and readiness is to know soon. */
const BRISK = { ...PATIENT, retries: 3 };

/** Makes clients of one Kafka, and knows its names for our topics. */
export class KafkaClient {
  /** Where the brokers are, for people. */
  readonly place: string;
  readonly prefix: string;
  readonly replication: number | undefined;
  private readonly config: Omit<KafkaConfig, 'retry'>;

  /** Errors: InfrastructureError `settings.invalid` when the file with authorities cannot be read. */
  constructor(
    place: KafkaPlace,
    readonly on: { readonly clock: Clock; readonly random: Random; readonly log: Log },
  ) {
    mendKafkajs();
    this.place = place.brokers.join(', ');
    this.prefix = place.prefix;
    this.replication = place.replication;
    this.config = {
      brokers: [...place.brokers],
      clientId: place.clientId,
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      ...(place.tls ? { ssl: place.ca === undefined ? true : { ca: [authorities(place.ca)] } } : {}),
      ...(place.sasl ? { sasl: saslOf(place.sasl) } : {}),
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => this.pass(entry.namespace, entry.log.message),
    };
  }

  /** A client by itself: consumers of one client share what their groups committed, and trip over it. */
  kafka({ patient = false } = {}): Kafka {
    return new Kafka({ ...this.config, retry: patient ? PATIENT : BRISK });
  }

  /** Kafka's name of a topic or group. */
  named(name: string): string {
    return `${this.prefix}${name}`;
  }

  /** Our name of a topic. */
  plain(name: string): string {
    return name.slice(this.prefix.length);
  }

  failure(error: unknown, what: string): InfrastructureError {
    return kafkaFailure(error, what, this.place);
  }

  /** kafkajs calls errors what it tries again a moment later; whatever lasts comes out of its calls, or as the end of a consumer, and is told there. */
  private pass(namespace: string, message: string): void {
    this.on.log.debug('the Kafka client says', { part: namespace, message });
  }
}

function authorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InfrastructureError('settings.invalid', `MESSAGE_BUS_URL names authorities that cannot be read: ${messageOf(error)}`, false);
  }
}

/** kafkajs wants the mechanism's own type. */
function saslOf({ mechanism, username, password }: NonNullable<KafkaPlace['sasl']>): KafkaConfig['sasl'] {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
