import type { Document, Operation, Parameter } from '../../apps/api/openapi/document';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
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

/** What a query must be asked by. */
const ASKED: Readonly<Record<string, string>> = {
  compareReleases: '?with=1.0.0',
  explainEligibility: '?environment=staging&at=2030-01-01T00:00:00Z',
  explainVariable: '?name=Colour',
};

export function asked(address: string, { operationId }: DocumentedOperation): string {
  return `${address}${ASKED[operationId] ?? ''}`;
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

/** What people write where they do not know what belongs there. */
const WRITTEN = ['', ' ', '0', '-1', '1.5', '201', 'null', 'soon', 'No slug', '2026-01-05', 'W/"x"', '#{A}', 'é', 'x'.repeat(501)];

const ajv = new Ajv2020({ strict: false, coerceTypes: true });
addFormats(ajv);

/** Values of parameters of a query or header that the document does not allow: two of each at most. */
export function misfits({ parameters = [] }: DocumentedOperation): { place: string; name: string; value: string }[] {
  return parameters.flatMap(({ in: place, name, schema = {} }) => {
    const [fits, isHeader] = [ajv.compile({ type: 'object', properties: { [name]: schema } }), place === 'header'];
    // Headers lose the spaces around them, and are not UTF-8.
    const written = WRITTEN.filter((value) => !isHeader || (value.trim() !== '' && value !== 'é'));
    const misfit = written.filter((value) => !fits({ [name]: value }));
    return place === 'path' ? [] : [misfit.at(0), misfit.at(-1)].flatMap((value) => (value === undefined ? [] : [{ place, name, value }]));
  });
}
