import type { Document } from '../../apps/api/openapi/document';
import type { CommandRouteCase } from './command-routes';

/** The value of a command's message: the body of its route, with the parameters beside it that stand in the address there. */
export function commandValue({ command, method, path, body }: CommandRouteCase, document: Document): Record<string, unknown> {
  for (const [template, operations] of Object.entries(document.paths)) {
    if (operations[method.toLowerCase()]?.operationId.toLowerCase() !== command.toLowerCase()) continue;
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const values = new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)?.slice(1) ?? [];
    return { ...body, ...Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(values[at] ?? '')])) };
  }
  throw new Error(`the document has no operation ${command}`);
}
