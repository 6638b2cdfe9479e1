import type { JsonSchema } from '@slipway/platform';
import schemas from './stored-events.json';

/**
 * The data of every event as it may be stored, by its stored name. Never written by hand: read off the types of the code by
 * `RECORD_EVENTS=1 npx jest apps/api/asyncapi/event-schemas.spec.ts`.
 */
export const eventSchemas: Readonly<Record<string, JsonSchema>> = schemas;
