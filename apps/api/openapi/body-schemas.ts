import type { StepTypes } from '@slipway/kernel';
import { type JsonSchema, laterWords, refTo, schemaOf } from '@slipway/platform';
import { described } from './words';

/** Schemas by name, as `components.schemas` holds them. */
export type Schemas = Record<string, JsonSchema>;

/** The class of a body, under the name of its schema. */
export interface BodyClass {
  readonly name: string;
  readonly type: new () => object;
}

const refer = ({ name }: new () => object): string => refTo(name).$ref;

/** A body, without what the route says already, and every class that it nests. */
export function bodySchemas({ type, name }: BodyClass, routeParameters: readonly string[], stepTypes: StepTypes): Schemas {
  const found: Schemas = {};
  const open: (new () => object)[] = [type];
  for (let next = open.pop(); next; next = open.pop()) {
    if (found[next.name]) continue;
    const { schema, later, nested } = schemaOf(next, refer);
    const left = next === type ? routeParameters : [];
    const kept = Object.entries(schema.properties).filter(([field]) => !left.includes(field));
    const required = (schema.required ?? []).filter((field) => !left.includes(field));
    found[next.name] = {
      ...schema,
      ...(later.length > 0 ? { description: laterWords(later) } : {}),
      properties: Object.fromEntries(kept.map(([field, rule]) => [field, described(next.name, field, rule)])),
      required,
    };
    open.push(...nested);
  }
  return name === 'ChangeProcess' ? { ...found, ...withStepTypes(found, stepTypes) } : found;
}

/** A step's input depends on its type: one alternative for each, from the class that its input is checked with. */
function withStepTypes({ StepInput }: Schemas, stepTypes: StepTypes): Schemas {
  const inputs = stepTypes.names().flatMap((name) => {
    const inputClass = stepTypes.find(name)?.inputClass;
    return inputClass ? [{ name, inputClass }] : [];
  });
  const schemas = inputs.map(({ inputClass }): [string, JsonSchema] => {
    const { schema } = schemaOf(inputClass, refer);
    const fields = Object.entries(schema.properties).map(([field, rule]) => [field, described(inputClass.name, field, rule)]);
    return [inputClass.name, { ...schema, properties: Object.fromEntries(fields) }];
  });
  return { StepInput: { ...StepInput, ...stepAlternatives(stepTypes) }, ...Object.fromEntries(schemas) };
}

/** Which input goes with which type. */
export function stepAlternatives(stepTypes: StepTypes): JsonSchema {
  const alternatives = stepTypes.names().flatMap((name) => {
    const inputClass = stepTypes.find(name)?.inputClass;
    if (!inputClass) return [];
    return [{ title: name, required: ['type', 'input'], properties: { type: { const: name }, input: refTo(inputClass.name) } }];
  });
  return { oneOf: alternatives };
}
