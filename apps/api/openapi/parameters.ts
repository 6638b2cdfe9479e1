import type { JsonSchema } from '@slipway/platform';
import { SLUG_PATTERN } from './answers/shapes';

interface PathParameter {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example: string;
}

function slug(description: string, example: string): PathParameter {
  return { description, example, schema: { type: 'string', pattern: SLUG_PATTERN } };
}

/** Every parameter that stands in an address, by its name. */
export const pathParameters: Readonly<Record<string, PathParameter>> = {
  environment: slug('Slug of the environment.', 'production'),
  freeze: slug('Slug of the freeze.', 'year-end'),
  lifecycle: slug('Slug of the lifecycle.', 'web'),
  project: slug('Slug of the project.', 'web-shop'),
  set: slug('Slug of the variable set.', 'mail'),
  webhook: slug('Slug of the webhook.', 'chat'),
  deadLetter: {
    description: 'Id of the dead letter.',
    example: '3f0c2a9e-4b7d-8c3e-9a10-5d2f7b6e8c41',
    schema: { type: 'string', format: 'uuid' },
  },
  replay: slug('Slug of the replay of events.', 'warehouse'),
  version: {
    description: 'Version of the release, exactly as it was given.',
    example: '1.4.0',
    schema: { type: 'string', minLength: 1, maxLength: 100 },
  },
  deployment: {
    description: 'Id of the deployment.',
    example: '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d7',
    schema: { type: 'string', format: 'uuid' },
  },
  interruption: {
    description: 'Id of the interruption.',
    example: '0199f2a1-9d11-7c40-8a52-6b1f0c9e2d73',
    schema: { type: 'string', format: 'uuid' },
  },
  stream: {
    description: 'Name of the stream, as audit events tell it.',
    example: 'release-web-shop@1.4.0',
    schema: { type: 'string', minLength: 1, maxLength: 500 },
  },
};
