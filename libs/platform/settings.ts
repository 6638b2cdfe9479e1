import { applyDecorators } from '@nestjs/common';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, Matches, Max, Min, ValidateBy, validateSync } from 'class-validator';
import { InfrastructureError, isEgressRule, SLUG } from '@slipway/kernel';

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|localhost)$/;

/** A whole number within bounds, in decimal digits; whatever else it is, the same words say what it must be. */
function Whole(least: number, most: number, what: string): PropertyDecorator {
  const message = `must be ${what} from ${least} to ${most}`;
  const digits = ({ value }: { value: unknown }) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value);
  return applyDecorators(Transform(digits), IsInt({ message }), Min(least, { message }), Max(most, { message }));
}

/** Members of a text, separated by commas; none of an empty one. */
function Listed(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (value === '' ? [] : value.split(',').map((member) => member.trim())) : value,
  );
}

function EgressRules(): PropertyDecorator {
  const message = 'must be addresses, CIDR ranges and host names, separated by commas';
  const validate = (value: unknown) => typeof value === 'string' && isEgressRule(value);
  return applyDecorators(Listed(), ValidateBy({ name: 'egressRules', validator: { validate } }, { each: true, message }));
}

/** Everything that can be set, by environment variables (interfaces.md §4), read once. Errors name the key, never the value. */
export class Settings {
  @Matches(/^(sqlite:.|(esdb|kurrentdb)(\+discover)?:\/\/.|postgres(ql)?:\/\/.)/, {
    message: 'must be sqlite:<file>, esdb://<host>:<port> (or esdb+discover://, kurrentdb://), or postgres://<host>/<database>',
  })
  EVENT_STORE_URL!: string;
  @Matches(/^(sqlite:.|postgres(ql)?:\/\/.)/, { message: 'must be sqlite:<file> or postgres://<host>/<database>' })
  READ_STORE_URL!: string;
  @Matches(/^(embedded:$|kafka:\/\/.)/, { message: 'must be embedded: or kafka://<host>:<port>[,<host>:<port>…]' })
  MESSAGE_BUS_URL!: string;
  /** Of topics that Slipway creates; those that are there already keep what they have. */
  @Whole(1, 10_000, 'a whole number') TOPIC_PARTITIONS!: number;
  @Whole(1, 1_000_000, 'whole hours') TOPIC_RETENTION_HOURS!: number;
  @Matches(/\S/, { message: 'must name a folder' }) SLIPWAY_DATA_DIR!: string;
  @Matches(LOOPBACK, {
    message: 'must be a loopback address: without access control, which is not supported yet, Slipway listens to this machine only',
  })
  HTTP_HOST!: string;
  /** 0: any free port. */
  @Whole(0, 65_535, 'a port') HTTP_PORT!: number;
  @Listed()
  @Matches(SLUG, { each: true, message: 'must be slugs, separated by commas' })
  WORKER_POOLS!: string[];
  @Whole(1, 1_000, 'a whole number') WORKER_CONCURRENCY!: number;
  @Whole(3, 3_600, 'whole seconds') LEASE_SECONDS!: number;
  /** What may be called though the egress policy refuses it, and what may not, whatever else is said. */
  @EgressRules() EGRESS_ALLOW!: string[];
  @EgressRules() EGRESS_DENY!: string[];
  /** Hex digits; empty: the key is in the file. */
  @Matches(/^([0-9a-fA-F]{64})?$/, { message: 'must have 64 hex digits' }) SLIPWAY_SECRET_KEY!: string;
  @Matches(/\S/, { message: 'must name a file' }) SLIPWAY_SECRET_KEY_FILE!: string;
  @Whole(1, 10_000, 'a whole number') SSE_CLIENTS!: number;
  @IsIn(['debug', 'info', 'warn', 'error'], { message: 'must be debug, info, warn or error' }) LOG_LEVEL!:
    'debug' | 'info' | 'warn' | 'error';
  @IsIn(['text', 'json'], { message: 'must be text or json' }) LOG_FORMAT!: 'text' | 'json';
  /** Empty: nothing is traced. */
  @Matches(/^(https?:\/\/[^\s/@?#]+(\/[^\s@?#]*)?)?$/, {
    message: 'must be http(s)://<host>:<port> of an OTLP collector, without user and password: those go into OTEL_EXPORTER_OTLP_HEADERS',
  })
  OTEL_EXPORTER_OTLP_ENDPOINT!: string;
}

function defaults(dataFolder: string): Record<keyof Settings, string> {
  return {
    EVENT_STORE_URL: `sqlite:${dataFolder}/events.db`,
    READ_STORE_URL: `sqlite:${dataFolder}/read.db`,
    MESSAGE_BUS_URL: 'embedded:',
    TOPIC_PARTITIONS: '16',
    TOPIC_RETENTION_HOURS: '168',
    SLIPWAY_DATA_DIR: dataFolder,
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '3000',
    WORKER_POOLS: 'default',
    WORKER_CONCURRENCY: '10',
    LEASE_SECONDS: '30',
    EGRESS_ALLOW: '',
    EGRESS_DENY: '',
    SLIPWAY_SECRET_KEY: '',
    SLIPWAY_SECRET_KEY_FILE: `${dataFolder}/secret.key`,
    SSE_CLIENTS: '100',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'text',
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
  };
}

/** Settings of an environment; an empty value counts as absent. Errors: InfrastructureError `settings.invalid` naming every bad key. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): { settings: Settings } {
  const folder = environment['SLIPWAY_DATA_DIR']?.trim() || './data';
  const known = defaults(folder);
  const given = Object.entries(known).map(([key, value]) => [key, environment[key]?.trim() || value]);
  const settings = plainToInstance(Settings, Object.fromEntries(given));
  const errors = validateSync(settings, { stopAtFirstError: true });
  if (errors.length > 0) {
    const texts = errors.map((error) => `${error.property} ${Object.values(error.constraints ?? {})[0] ?? 'is wrong'}`);
    throw new InfrastructureError('settings.invalid', `Slipway cannot start with these settings: ${texts.join('; ')}.`, false);
  }
  return { settings };
}
