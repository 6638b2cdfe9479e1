import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { InProcess } from '../support/in-process';

/** Writes the OpenAPI document of the composed application into a file. No data folder, no worker: routes and rules are all that is asked. */
async function writeDocument(file: string): Promise<number> {
  const app = await InProcess.start();
  const { status, json } = await app.ask('GET', '/openapi.json');
  await app.stop();
  if (status !== 200) {
    process.stderr.write(`The application has no document: ${JSON.stringify(json)}\n`);
    return 1;
  }
  writeFileSync(file, JSON.stringify(json, undefined, 2));
  return 0;
}

void writeDocument(process.argv[2] ?? 'openapi.json').then((code) => process.exit(code));
