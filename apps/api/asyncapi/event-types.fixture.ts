import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '@slipway/platform';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..', '..');

/** The JSON schema of the data of every event, by its stored name: what the types of the code say of them. */
export function schemasOfEventTypes(): Record<string, JsonSchema> {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const domains = readdirSync(join(ROOT, 'libs'), { recursive: true, encoding: 'utf8' });
  const files = domains.filter((path) => /\/domain\/.*(?<!\.spec|\.fixture)\.ts$/.test(path)).map((path) => join(ROOT, 'libs', path));
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const types = new EventTypes(program.getTypeChecker());
  const schemas = files.flatMap((file) => types.ofFile(program.getSourceFile(file)!));
  return Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads the unions of events that catalogues name. */
class EventTypes {
  constructor(private readonly checker: ts.TypeChecker) {}

  /** Names and schemas of the events that are catalogued in a file: where a type `EventEntries<…>` is written. */
  ofFile(file: ts.SourceFile): [string, JsonSchema][] {
    const found: [string, JsonSchema][] = [];
    const visit = (node: ts.Node): void => {
      const [argument] = ts.isTypeReferenceNode(node) && node.typeName.getText() === 'EventEntries' ? (node.typeArguments ?? []) : [];
      if (argument) found.push(...this.ofUnion(argument));
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  }

  private ofUnion(node: ts.Node): [string, JsonSchema][] {
    const type = this.checker.getTypeAtLocation(node);
    return (type.isUnion() ? type.types : [type]).map((event) => {
      const name = this.field(event, 'type', node) as ts.StringLiteralType;
      return [name.value, this.schema(this.field(event, 'data', node), node)];
    });
  }

  private field(type: ts.Type, name: string, at: ts.Node): ts.Type {
    const property = type.getProperty(name);
    if (!property) throw new Error(`an event of ${at.getText()} has no ${name}`);
    return this.checker.getTypeOfSymbolAtLocation(property, at);
  }

  private schema(type: ts.Type, at: ts.Node): JsonSchema {
    if (type.isUnion()) return this.union(type.types, at);
    if (type.isStringLiteral()) return { type: 'string', const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { type: 'boolean', const: this.checker.typeToString(type) === 'true' };
    if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.flags & ts.TypeFlags.Unknown) return {};
    if (type.flags & ts.TypeFlags.NonPrimitive) return { type: 'object' };
    if (this.checker.isArrayType(type)) {
      return { type: 'array', items: this.schema(this.checker.getTypeArguments(type as ts.TypeReference)[0]!, at) };
    }
    if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return this.object(type, at);
    throw new Error(`no event may hold ${this.checker.typeToString(type)}`);
  }

  private union(types: readonly ts.Type[], at: ts.Node): JsonSchema {
    const members = types.filter((type) => !(type.flags & ts.TypeFlags.Undefined));
    if (members.every((type) => type.isStringLiteral())) return { type: 'string', enum: members.map(({ value }) => value) };
    if (members.every((type) => type.flags & ts.TypeFlags.BooleanLiteral))
      return members.length > 1 ? { type: 'boolean' } : this.schema(members[0]!, at);
    const [only, ...others] = members;
    return only && others.length === 0 ? this.schema(only, at) : { anyOf: members.map((type) => this.schema(type, at)) };
  }

  private object(type: ts.Type, at: ts.Node): JsonSchema {
    const values = type.getStringIndexType();
    if (values) return { type: 'object', additionalProperties: this.schema(values, at) };
    const properties = this.checker.getPropertiesOfType(type);
    const required = properties.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(properties.map((one) => [one.name, this.schema(this.checker.getTypeOfSymbolAtLocation(one, at), at)])),
      ...(required.length > 0 ? { required } : {}),
    };
  }
}
