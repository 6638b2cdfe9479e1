import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import type { DeclaredCommand } from '@slipway/platform';

type Schemas = NonNullable<NonNullable<import('@nestjs/swagger').OpenAPIObject['components']>['schemas']>;

/** JSON schemas of public commands and all that they nest, read off the rules that validate them. */
export function commandSchemas(commands: readonly DeclaredCommand[]): Schemas {
  const internal = new Set(commands.filter((command) => command.exposure === 'internal').map((command) => command.name));
  const all = validationMetadatasToSchemas({ refPointerPrefix: '#/components/schemas/' }) as Schemas;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !internal.has(name)));
}
