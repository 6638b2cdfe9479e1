import type { Document, Operation, Parameter } from '../../apps/api/openapi/document';
import type { InProcess } from './in-process';

export interface DocumentedOperation extends Operation {
  readonly method: string;
  readonly template: string;
  readonly isQuery: boolean;
}

interface Listed {
  readonly slug?: string;
  readonly id?: string;
  readonly version?: string;
}

/** Requests read off the OpenAPI document: a new route is among them by itself. */
export class DocumentedRequests {
  readonly operations: readonly DocumentedOperation[];

  private constructor(
    private readonly app: InProcess,
    document: Document,
  ) {
    this.operations = Object.entries(document.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        template,
        isQuery: method === 'get',
      })),
    );
  }

  static async of(app: InProcess): Promise<DocumentedRequests> {
    return new DocumentedRequests(app, (await app.ask('GET', '/openapi.json')).json as Document);
  }

  /** Addresses of an operation for things that are there: those that the list above shows, else that of the documented example. */
  async addresses({ template, parameters = [] }: DocumentedOperation): Promise<string[]> {
    let open = [template];
    for (const parameter of parameters.filter((one) => one.in === 'path')) {
      const filled = open.map(async (address) => {
        const [list = '', rest = ''] = address.split(`/{${parameter.name}}`);
        return (await this.names(list, parameter)).map((name) => `${list}/${encodeURIComponent(name)}${rest}`);
      });
      open = (await Promise.all(filled)).flat();
    }
    return open;
  }

  private async names(list: string, { name, example }: Parameter): Promise<string[]> {
    const { status, json } = await this.app.ask('GET', `${list}?limit=3`);
    const items = status === 200 && Array.isArray(json.items) ? (json.items as Listed[]) : [];
    const names = items.flatMap(({ slug, id, version }) => slug ?? id ?? version ?? []);
    return names.length > 0 ? names : [KNOWN[name] ?? String(example)];
  }
}

/** What no list shows. */
const KNOWN: Readonly<Record<string, string>> = { stream: 'project-shop' };

/** The addresses of a query with its required parameters. */
export function asked(address: string, { parameters = [] }: DocumentedOperation): string {
  const required = parameters.filter((one) => one.in === 'query' && one.required === true);
  const query = required.map(({ name, schema, example }) => `${name}=${encodeURIComponent(String(example ?? fitting(schema)))}`);
  return query.length > 0 ? `${address}?${query.join('&')}` : address;
}

function fitting(schema: Parameter['schema'] = {}): unknown {
  const [first] = (schema['enum'] ?? []) as unknown[];
  return first ?? 'Colour';
}

/** The body that is documented first; nothing where none is taken. */
export function exampleBody({ requestBody }: DocumentedOperation): unknown {
  const content = requestBody?.['content'] as
    Readonly<Record<string, { readonly examples?: Readonly<Record<string, { value: unknown }>> }>> | undefined;
  const [first] = Object.values(content?.['application/json']?.examples ?? {});
  return first?.value;
}

/** What a query may be asked by. */
export function parametersOf({ parameters = [] }: DocumentedOperation): string[] {
  return parameters.filter((one) => one.in === 'query').map(({ name }) => name);
}
