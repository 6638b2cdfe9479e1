import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '../../apps/api/openapi/describe-api';
import { InProcess } from '../support/in-process';

/** Writes the OpenAPI document of the composed application into a file. No data folder, no worker: routes and rules are all that is asked. */
async function writeDocument(file: string): Promise<void> {
  const app = await InProcess.start();
  writeFileSync(file, JSON.stringify(openApiDocument(app.application), undefined, 2));
  await app.stop();
}

void writeDocument(process.argv[2] ?? 'openapi.json').then(() => process.exit(0));
