import { SLUG } from '@slipway/kernel';
import { type JsonSchema, refTo } from '@slipway/platform';

type Fields = Readonly<Record<string, JsonSchema>>;

/** An object with fields that are always there, and fields that may be absent (never null). */
export function object(description: string, required: Fields, optional: Fields = {}): JsonSchema {
  return { type: 'object', description, required: Object.keys(required), properties: { ...required, ...optional } };
}

export function list(items: JsonSchema, description?: string): JsonSchema {
  return { type: 'array', items, ...(description === undefined ? {} : { description }) };
}

export function text(description?: string): JsonSchema {
  return { type: 'string', ...(description === undefined ? {} : { description }) };
}

export function flag(description: string): JsonSchema {
  return { type: 'boolean', description };
}

export function whole(minimum: number, description?: string): JsonSchema {
  return { type: 'integer', minimum, ...(description === undefined ? {} : { description }) };
}

export function oneOf(values: readonly string[], description?: string): JsonSchema {
  return { type: 'string', enum: values, ...(description === undefined ? {} : { description }) };
}

export const SLUG_PATTERN = SLUG.source;
export const slug: JsonSchema = { type: 'string', pattern: SLUG_PATTERN };
export const id: JsonSchema = { type: 'string', format: 'uuid' };
/** As answers give it: UTC with milliseconds. */
export const time: JsonSchema = { type: 'string', format: 'date-time', pattern: '\\.\\d{3}Z$' };
export const hash: JsonSchema = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
/** SHA-256. */
export const digest: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' };
export const position: JsonSchema = {
  type: 'string',
  pattern: '^\\d{1,19}$',
  description: 'A position of the log: 64 bits, as a decimal text.',
};

export function the(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, description };
}

export { refTo as ref };
