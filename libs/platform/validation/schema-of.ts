import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

/** A JSON schema (2020-12), as OpenAPI 3.1 and AsyncAPI 3 take it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface ObjectSchema extends JsonSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** What the rules of a DTO class say. */
export interface ClassSchema {
  readonly schema: ObjectSchema;
  /** Fields of capabilities that are not built yet: no value of them is accepted, so the schema does not offer them. */
  readonly later: readonly string[];
  /** The classes that the schema refers to, by name. */
  readonly nested: readonly (new () => object)[];
}

interface Rule {
  readonly name: string;
  readonly each: boolean;
  readonly constraints: readonly unknown[];
}

/** What a rule of class-validator means. A rule of our own says it itself: its first constraint is its schema (`false`: no value is accepted). */
const RULES: Readonly<Record<string, (...constraints: never[]) => JsonSchema>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isIn: (values: readonly unknown[]) => ({ enum: values }),
  isLength: (minLength: number, maxLength: number) => ({ type: 'string', minLength, maxLength }),
  matches: ({ source }: RegExp) => ({ type: 'string', pattern: source }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/**
 * The JSON schema of a DTO class, read off the rules that validate it, so that the two cannot differ. Nested classes are referred to as
 * `refer` says. Errors: a rule that says no schema.
 */
export function schemaOf(type: new () => object, refer: (nested: new () => object) => string): ClassSchema {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  const names = [...new Set(rules.map((rule) => rule.propertyName))];
  const [later, nested, required]: [string[], (new () => object)[], string[]] = [[], [], []];
  const properties = names.flatMap((name): [string, JsonSchema][] => {
    const own = rules.filter((rule) => rule.propertyName === name);
    const conditions = own.filter((rule) => rule.type === 'conditionalValidation').map((rule) => conditionOf(rule.constraints));
    // Asked as class-validator asks them: a value that no rule looks at is accepted.
    const accepts = (value: unknown) => conditions.some((condition) => !condition({ [name]: value }, value));
    const inner = own.some((rule) => rule.type === 'nestedValidation') ? nestedClass(type, name, own.some(isList)) : undefined;
    if (inner) nested.push(inner);
    const plain = own.filter((rule) => isPlain(rule) && !(inner && rule.name === 'isObject'));
    const fragments = plain.map((rule) => fragment({ ...rule, name: rule.name ?? rule.type }, `${type.name}.${name}`));
    if (fragments.includes(false)) {
      later.push(name);
      return [];
    }
    if (!accepts(undefined)) required.push(name);
    const schema = typed(merged([...fragments, ...(inner ? [reference(inner, refer, own.some(isList))] : [])]));
    return [[name, accepts(null) ? orNull(schema) : schema]];
  });
  const schema = { type: 'object' as const, additionalProperties: false, properties: Object.fromEntries(properties) };
  return { schema: required.length > 0 ? { ...schema, required } : schema, later, nested };
}

/** What the schema does not offer, in words. */
export function laterWords(later: readonly string[]): string | undefined {
  return later.length > 0 ? `Not supported yet, and refused with 422: ${later.map((field) => `\`${field}\``).join(', ')}.` : undefined;
}

function isPlain(rule: { type: string }): boolean {
  return rule.type !== 'conditionalValidation' && rule.type !== 'nestedValidation';
}

function isList(rule: { type: string; name?: string; each: boolean }): boolean {
  return rule.each || rule.name === 'isArray';
}

function conditionOf([condition]: readonly unknown[]): (object: object, value: unknown) => boolean {
  return condition as (object: object, value: unknown) => boolean;
}

function fragment({ name, each, constraints = [] }: Rule, where: string): JsonSchema | false {
  const known = RULES[name];
  const [said] = constraints;
  if (!known && said === false) return false;
  const schema = known ? known(...(constraints as never[])) : said;
  if (typeof schema !== 'object' || schema === null) throw new Error(`the rule ${name} of ${where} says no JSON schema`);
  return each ? { type: 'array', items: schema } : (schema as JsonSchema);
}

/** What class-transformer makes of an empty object there: the class that `@Type` names. */
function nestedClass(type: new () => object, name: string, list: boolean): new () => object {
  const made = plainToInstance(type, { [name]: list ? [{}] : {} }) as Record<string, unknown>;
  const inner = list ? (made[name] as unknown[])[0] : made[name];
  return (inner as object).constructor as new () => object;
}

function reference(inner: new () => object, refer: (nested: new () => object) => string, list: boolean): JsonSchema {
  const target = { $ref: refer(inner) };
  return list ? { type: 'array', items: target } : target;
}

function merged(fragments: readonly (JsonSchema | false)[]): JsonSchema {
  return fragments.reduce<JsonSchema>((whole, part) => {
    if (part === false) return whole;
    const items = whole['items'] && part['items'] ? { items: { ...(whole['items'] as JsonSchema), ...(part['items'] as JsonSchema) } } : {};
    return { ...whole, ...part, ...items };
  }, {});
}

/** The type of listed values, where they are all of one: tools that write clients look for it. */
function typed(schema: JsonSchema): JsonSchema {
  const values = schema['enum'];
  const types = Array.isArray(values) ? [...new Set(values.map((value) => typeof value))] : [];
  return types.length === 1 && !('type' in schema) ? { type: types[0], ...schema } : schema;
}

function orNull(schema: JsonSchema): JsonSchema {
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const values = schema['enum'];
  return { ...schema, type: [schema['type'], 'null'], ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}) };
}
