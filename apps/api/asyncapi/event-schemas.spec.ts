import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { slices } from '../../composition/slices';
import { eventSchemas } from './event-schemas';
import { storedEventSchemas } from './event-schemas.fixture';

const HISTORIES = join(__dirname, '..', '..', '..', 'test', 'histories');
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
const fits = Object.fromEntries(Object.entries(eventSchemas).map(([type, schema]) => [type, ajv.compile(schema)]));
const entries = slices.flatMap(({ events }) => events).flatMap((module) => Object.entries(module.entries));

interface Stored {
  readonly type: string;
  readonly data: object;
}

describe('the schemas of events', () => {
  it('are what the types of the code say', () => {
    const read = storedEventSchemas();
    if (process.env['RECORD_EVENTS']) writeFileSync(join(__dirname, 'stored-events.json'), `${JSON.stringify(read, null, 2)}\n`);
    expect(eventSchemas).toEqual(read);
  });

  it('are there for every event, and fit its sample', () => {
    expect(Object.keys(eventSchemas).sort()).toEqual(entries.map(([type]) => type).sort());
    for (const [type, { sample }] of entries)
      expect({ type, fits: fits[type]!(sample), why: fits[type]!.errors }).toMatchObject({ fits: true });
  });

  it('fit every event that a version before this one stored', () => {
    const files = readdirSync(HISTORIES).filter((name) => name.endsWith('.ndjson'));
    const lines = files.flatMap((name) => readFileSync(join(HISTORIES, name), 'utf8').trimEnd().split('\n'));
    // Retired names have an upcaster, and no schema.
    const stored = lines.map((line) => JSON.parse(line) as Stored).filter(({ type }) => type in fits);
    expect(stored.length).toBeGreaterThan(500);
    for (const { type, data } of stored)
      expect({ type, data, fits: fits[type]!(data), why: fits[type]!.errors }).toMatchObject({ fits: true });
  });
});
