import type { EventEntry } from '@slipway/kernel';
import type { JsonSchema } from '@slipway/platform';
import { slices } from '../../composition/slices';
import { schemasOfEventTypes } from './event-types.fixture';

type Path = readonly (string | number)[];

/** What the types say of each event, as it may be stored: fields that came later are not in every event. */
export function storedEventSchemas(): Record<string, JsonSchema> {
  const entries = Object.fromEntries(slices.flatMap(({ events }) => events).flatMap((module) => Object.entries(module.entries)));
  const known = Object.entries(schemasOfEventTypes()).filter(([type]) => type in entries);
  return Object.fromEntries(known.map(([type, schema]) => [type, asStored(schema, entries[type]!, [])]));
}

function asStored(schema: JsonSchema, entry: EventEntry, path: Path): JsonSchema {
  if (!entry.complete) return schema;
  const { items, properties, required, ...rest } = schema as {
    items?: JsonSchema;
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, asStored(field, entry, [...path, name])] as const);
  const always = required?.filter((name) => !cameLater([...path, name], entry));
  return {
    ...rest,
    ...(items ? { items: asStored(items, entry, [...path, 0]) } : {}),
    ...(properties ? { properties: Object.fromEntries(fields) } : {}),
    ...(always && always.length > 0 ? { required: always } : {}),
  };
}

/** A field that is put back where it is taken out of the sample was not stored by earlier versions. */
function cameLater(path: Path, { sample, complete }: EventEntry): boolean {
  const without = structuredClone(sample);
  const [owner, name] = [valueAt(without, path.slice(0, -1)), path.at(-1)!];
  if (owner === undefined) return false;
  Reflect.deleteProperty(owner as object, name);
  try {
    return valueAt(complete!(without), path) !== undefined;
  } catch {
    return false;
  }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, name) => (found as Record<string | number, unknown> | undefined)?.[name], value);
}
