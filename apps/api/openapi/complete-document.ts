import type { StepTypes } from '@slipway/kernel';
import { type DeclaredCommand, type JsonSchema, queryBodies, refTo } from '@slipway/platform';
import { deadLetterAnswers } from './answers/dead-letters';
import { deploymentAnswers } from './answers/deployments';
import { freezeAnswers } from './answers/freezes';
import { notificationAnswers } from './answers/notifications';
import { projectAnswers } from './answers/projects';
import { exampleOf } from './answers/recorded';
import { releaseAnswers } from './answers/releases';
import { systemAnswers } from './answers/system';
import { type BodyClass, bodySchemas, type Schemas, stepAlternatives } from './body-schemas';
import type { Operation, Document, Parameter } from './document';
import { examples } from './examples';
import { pathParameters } from './parameters';
import { commonProblems, headers, problemResponses, problemsOf } from './problems';
import { special, withAnswer } from './special-operations';
import { words } from './words';

/** What routes cannot say themselves. */
export interface Known {
  readonly commands: readonly DeclaredCommand[];
  readonly stepTypes: StepTypes;
}

/** Completes the document that Nest reads off the routes: schemas of bodies and answers, parameters, problems, examples. */
export function completeDocument(document: Document, known: Known): Document {
  const bodies: Schemas = {};
  const paths = Object.entries(document.paths).map(([path, operations]): [string, Record<string, Operation>] => {
    const completed = Object.entries(operations).map(([method, operation]): [string, Operation] => {
      const body = operation.requestBody && bodyOf(operation, known.commands);
      if (body) Object.assign(bodies, bodySchemas(body, parametersOf(path), known.stepTypes));
      return [method, completeOperation(operation, path, bodies)];
    });
    return [path, Object.fromEntries(completed)];
  });
  const schemas: Schemas = {
    ...bodies,
    ...systemAnswers,
    ...projectAnswers(stepAlternatives(known.stepTypes)),
    ...freezeAnswers,
    ...releaseAnswers,
    ...deploymentAnswers,
    ...notificationAnswers,
    ...deadLetterAnswers,
  };
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths: Object.fromEntries(paths), components: { schemas: sorted, responses: problemResponses, headers } };
}

/** The class of a body: that of the public command, or of the query, which the operation is called as. */
function bodyOf({ operationId }: Operation, commands: readonly DeclaredCommand[]): BodyClass | undefined {
  const called = operationId.charAt(0).toUpperCase() + operationId.slice(1);
  return [...commands.filter(({ exposure }) => exposure === 'public'), ...queryBodies()].find(({ name }) => name === called);
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function completeOperation(operation: Operation, path: string, bodies: Schemas): Operation {
  const { operationId, requestBody, parameters = [], ...rest } = operation;
  // Which types may be accepted is said by the answer; OpenAPI ignores a parameter of that name.
  const offered = parameters.filter(({ name }) => name.toLowerCase() !== 'accept');
  const shown = offered.map((parameter) => completeParameter(parameter, operationId));
  const body = requestBody && completeBody(operationId, bodies);
  const { responses } = operation;
  const problems = path.startsWith('/api/') ? problemsOf({ ...operation, parameters: shown }) : commonProblems;
  const whole: Operation = {
    ...rest,
    operationId,
    ...(shown.length > 0 ? { parameters: shown } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: { ...responses, ...problems },
  };
  return withExample(special(whole));
}

/** What was really answered. */
function withExample(operation: Operation): Operation {
  return withAnswer(operation, (response) => {
    const { 'application/json': json, ...others } = response.content ?? {};
    if (!json) return response;
    return { ...response, content: { 'application/json': { ...json, ...exampleOf(operation.operationId) }, ...others } };
  });
}

function completeParameter(parameter: Parameter, operationId: string): Parameter {
  const { name } = parameter;
  if (parameter.in === 'path') {
    const known = pathParameters[name];
    if (!known) throw new Error(`the path parameter ${name} of ${operationId} is not described in parameters.ts`);
    return { name, in: 'path', required: true, ...known };
  }
  const description = parameter.description ?? words[`${operationId}.${name}`] ?? words[name];
  // No header must be sent: Nest takes those that a route reads for required.
  const required = parameter.in !== 'header' && parameter.required === true;
  return { ...parameter, required, ...(description === undefined ? {} : { description }) };
}

/** A body is required where one of its fields is. */
function completeBody(operationId: string, bodies: Schemas): JsonSchema {
  const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
  const required = ((bodies[name]?.['required'] ?? []) as unknown[]).length > 0;
  const shown = examples[operationId];
  return { required, content: { 'application/json': { schema: refTo(name), ...(shown ? { examples: shown } : {}) } } };
}
