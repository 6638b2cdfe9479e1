import { schemaName, type AnyTable, type Schema } from '@slipway/kernel';
import type { Dialect } from './dialect';
import { RowCodec } from './row-codec';
import { physicalName } from './table-sql';

/** Which table of the database a table of the code is. */
export class PreparedSchemas {
  private readonly schemas = new Map<string, Map<string, RowCodec>>();
  private readonly byIdentity = new Map<AnyTable, RowCodec | 'ambiguous'>();

  constructor(private readonly dialect: Dialect) {}

  /** Errors: two tables of one name, a key that is no column: mistakes in the code. */
  codecs(schema: Schema): RowCodec[] {
    const names = schema.tables.map((table) => table.name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`${schemaName(schema)} has two tables named ${twice}`);
    return schema.tables.map((table) => new RowCodec(table, physicalName(schema, table), this.dialect));
  }

  add(schema: Schema, codecs: readonly RowCodec[]): void {
    this.schemas.set(schemaName(schema), new Map(codecs.map((codec) => [codec.table.name, codec])));
    for (const codec of codecs) {
      const known = this.byIdentity.get(codec.table);
      const same = known === undefined || (known !== 'ambiguous' && known.physical === codec.physical);
      this.byIdentity.set(codec.table, same ? codec : 'ambiguous');
    }
  }

  /** The table of that name in a schema. */
  codec(schema: string, table: AnyTable): RowCodec {
    const codec = this.schemas.get(schema)?.get(table.name);
    if (!codec) throw new Error(`table ${table.name} of ${schema} was not prepared`);
    return codec;
  }

  /** For changes that name no schema, or a subscription that is none: the table object says which. */
  codecFor(table: AnyTable, subscription?: string): RowCodec {
    if (subscription !== undefined && this.schemas.has(subscription)) return this.codec(subscription, table);
    const codec = this.byIdentity.get(table);
    if (!codec) throw new Error(`table ${table.name} was not prepared`);
    if (codec === 'ambiguous') throw new Error(`table ${table.name} belongs to several schemas: give each an object of its own`);
    return codec;
  }
}
