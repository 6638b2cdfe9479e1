import { type JsonSchema, refTo } from '@slipway/platform';
import type { Operation, Response } from './document';
import { headerRef } from './problems';

/** Read from rows of several streams: no one stream's version could stand for them. */
const WITHOUT_ETAG = [
  'getInterruption',
  'getDeployment',
  'explainDeployment',
  'getDashboard',
  'verifyAudit',
  'compareReleases',
  'getDeadLetter',
];

const liveness: Operation['responses'] = { 200: answer('It does', 'Liveness') };
const readiness: Operation['responses'] = { 200: answer('Ready', 'Readiness'), 503: answer('Not ready, and why', 'Readiness') };
const figures: Operation['responses'] = {
  200: { description: 'Text exposition format 0.0.4', content: { 'text/plain': { schema: { type: 'string' } } } },
};

const FOLLOWED =
  'Server-sent events, whose `data` is as described here; `Last-Event-ID` goes on behind that one, a comment every 15 s says that all is well.';

function eventStream(schema: JsonSchema): Response['content'] {
  return { 'text/event-stream': { schema } };
}

function answer(description: string, name: string): Response {
  return { description, content: { 'application/json': { schema: refTo(name) } } };
}

/** What single operations have beside what all have. */
export function special(operation: Operation): Operation {
  switch (operation.operationId) {
    case 'live':
      return { ...operation, responses: { ...operation.responses, ...liveness } };
    case 'ready':
      return { ...operation, responses: { ...operation.responses, ...readiness } };
    case 'metrics':
      return { ...operation, responses: { ...operation.responses, ...figures } };
    case 'listAuditEvents':
      return withAnswer(operation, (response) => ({
        ...response,
        description:
          'A page; or, for `Accept: application/x-ndjson`, the whole matching history, one event a line (`limit` is not looked at).',
        content: { ...response.content, 'application/x-ndjson': { schema: refTo('AuditEvent') } },
      }));
    case 'followEvents':
      return withAnswer(operation, (response) => ({ ...response, description: FOLLOWED, content: eventStream(refTo('AuditEvent')) }));
    case 'getLog':
      return withAnswer(operation, (response) => ({
        ...response,
        description: `A page; or, with \`follow=true\`, each chunk as it comes. ${FOLLOWED} The last one is \`end\`, with the state of the deployment.`,
        content: { ...response.content, ...eventStream({ anyOf: [refTo('LogChunk'), refTo('LogEnd')] }) },
      }));
    default:
      return operation.operationId.startsWith('list') || WITHOUT_ETAG.includes(operation.operationId)
        ? operation
        : withAnswer(operation, withEtag);
  }
}

function withEtag(response: Response): Response {
  const isPage = JSON.stringify(response.content ?? {}).includes('"items"');
  return isPage ? response : { ...response, headers: { ...response.headers, ETag: headerRef('ETag') } };
}

/** Changes what is answered to what succeeded. */
export function withAnswer(operation: Operation, change: (response: Response) => Response): Operation {
  const responses = Object.entries(operation.responses).map(([status, response]) => [
    status,
    status.startsWith('2') && 'description' in response ? change(response) : response,
  ]);
  return { ...operation, responses: Object.fromEntries(responses) as Operation['responses'] };
}
