import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { StepTypes } from '@slipway/kernel';
import { declaredCommands } from '@slipway/platform';
import { completeDocument } from './complete-document';
import type { Document } from './document';

const config = new DocumentBuilder()
  .setOpenAPIVersion('3.1.0')
  .setTitle('Slipway')
  .setDescription(
    'Cut an immutable release, promote it, schedule its deployment, run it, and know who did what and why. Every answer carries ' +
      '`Slipway-Position`; give it to the next query as `?atLeast=`, and that reflects what you did. Unknown fields and parameters are refused.',
  )
  .setVersion('1')
  .addServer('/')
  .addTag('environments', 'Places to deploy to')
  .addTag('lifecycles', 'The order of environments')
  .addTag('projects', 'Processes and variables')
  .addTag('freezes', 'Times in which nothing is deployed')
  .addTag('releases', 'Immutable releases, their promotion and progression')
  .addTag('deployments', 'Scheduled and running deployments, their logs, and the dashboard')
  .addTag('audit', 'Everything that ever happened')
  .addTag('notifications', 'What happens, as it happens')
  .addTag('dead letters', 'Messages that could not be handled')
  .addTag('health', 'Whether the process works')
  .build();

/** The document: read off routes and rules, completed with what is written down here. Not kept. */
export function openApiDocument(application: NestFastifyApplication): Document {
  const routes = SwaggerModule.createDocument(application, config) as unknown as Document;
  return completeDocument(routes, { commands: declaredCommands(), stepTypes: application.get(StepTypes) });
}

/** OpenAPI 3.1 at /openapi.json, and a page to try it at /docs, which loads nothing from elsewhere. Put together when it is first asked for. */
export function describeApi(application: NestFastifyApplication): void {
  SwaggerModule.setup('docs', application, () => openApiDocument(application) as unknown as OpenAPIObject, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Slipway',
    // Its badge would be fetched from swagger.io.
    swaggerOptions: { validatorUrl: null },
  });
}
