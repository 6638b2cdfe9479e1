import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { declaredCommands } from '@slipway/platform';
import { commandSchemas } from './command-schemas';

/** OpenAPI 3.1 at /openapi.json, and a page to try it at /docs: described from the same classes that validate. */
export function describeApi(application: NestFastifyApplication): void {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Slipway')
    .setDescription('Cut an immutable release, promote it, schedule its deployment, run it, and know who did what and why.')
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(application, config);
  const schemas = { ...document.components?.schemas, ...commandSchemas(declaredCommands()) };
  const complete = { ...document, components: { ...document.components, schemas } };
  SwaggerModule.setup('docs', application, complete, { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
}
