import { InfrastructureError } from '@slipway/kernel';

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export interface KafkaSasl {
  readonly mechanism: (typeof MECHANISMS)[number];
  readonly username: string;
  readonly password: string;
}

/** Where Kafka is and how to talk with it. */
export interface KafkaPlace {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** Stands before every topic and group, so that several Slipways can share a Kafka; may be empty. */
  readonly prefix: string;
  readonly clientId: string;
  /** Copies of each partition of a topic that is created; undefined: as the brokers are set. */
  readonly replication?: number;
  readonly tls: boolean;
  /** PEM file of the authorities that the brokers' certificates are checked with; undefined: the machine's own. */
  readonly ca?: string;
  readonly sasl?: KafkaSasl;
}

const PARAMETERS = ['prefix', 'client-id', 'replication', 'tls', 'ca', 'sasl'];
const BROKER = /^[^\s:/@?#,]+:\d{1,5}$/;
/** What Kafka allows in names of topics. */
const PREFIX = /^[a-zA-Z0-9._-]*$/;

/**
 * Reads `kafka://[user:password@]host:port[,host:port…][?prefix=…&tls=true&ca=<file>&sasl=scram-sha-512&replication=3&client-id=…]`; user and password are
 * percent-encoded. Errors: InfrastructureError `settings.invalid`, which never repeats what may hold a password.
 */
export function readKafkaUrl(url: string): KafkaPlace {
  const [, authority = '', query = ''] =
    /^kafka:\/\/([^/?#]*)\/?(?:\?([^#]*))?$/.exec(url) ?? refuse('it must look like kafka://host:port');
  const at = authority.lastIndexOf('@');
  const brokers = authority.slice(at + 1).split(',');
  const wrong = brokers.findIndex((broker) => !BROKER.test(broker));
  if (wrong >= 0) refuse(`its host number ${wrong + 1} is no host:port`);
  const parameters = new URLSearchParams(query);
  // Not repeated: a password that is not encoded may have ended up in there.
  if ([...parameters.keys()].some((name) => !PARAMETERS.includes(name))) refuse(`its parameters can be ${PARAMETERS.join(', ')} only`);
  const value = (name: string) => parameters.get(name) ?? undefined;
  const prefix = value('prefix') ?? '';
  if (!PREFIX.test(prefix)) refuse('its prefix may hold letters, digits, ".", "_" and "-" only');
  const ca = value('ca');
  const replication = replicationOf(value('replication'));
  const sasl = saslOf(value('sasl'), at < 0 ? undefined : authority.slice(0, at));
  return {
    brokers,
    prefix,
    clientId: value('client-id') ?? 'slipway',
    tls: ca !== undefined || isOn(value('tls')),
    ...(replication === undefined ? {} : { replication }),
    ...(ca === undefined ? {} : { ca }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function refuse(reason: string): never {
  throw new InfrastructureError('settings.invalid', `MESSAGE_BUS_URL cannot be used: ${reason}.`, false);
}

function isOn(tls = 'false'): boolean {
  if (tls !== 'true' && tls !== 'false') refuse('tls is true or false');
  return tls === 'true';
}

function replicationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d?$/.test(text)) refuse('replication is a number of brokers, from 1 to 99');
  return Number(text);
}

function saslOf(mechanism: string | undefined, credentials: string | undefined): KafkaSasl | undefined {
  if (mechanism === undefined && credentials === undefined) return undefined;
  const known = MECHANISMS.find((one) => one === mechanism);
  if (!known) refuse(`a user and its password need sasl=${MECHANISMS.join(' or ')}`);
  const [username, password] = (credentials ?? '').split(':', 2).map(decoded);
  if (!username || !password) refuse('sasl needs user:password@ before the host, percent-encoded');
  return { mechanism: known, username, password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('user and password must be percent-encoded');
  }
}
