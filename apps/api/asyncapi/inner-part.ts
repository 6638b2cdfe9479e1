import { type AttemptRef, deadLetterOf, type Message, tasksTopic, TOPICS } from '@slipway/kernel';
import { type Channel, channelRef, keyed, type MessageObject, messageRef, type Part } from './document';

const attempt: AttemptRef = { deployment: '0199f2a1-7c3e-7b52-9d0e-3f6b2c8a41d7', step: 'deploy', attempt: 1, token: 1 };
const at = '2026-01-05T08:00:00.000Z';
const worker = 'worker-1';

const died: Message = deadLetterOf(
  {
    topic: TOPICS.commands,
    partition: 3,
    offset: 42n,
    key: 'web-shop',
    value: '{"project":',
    headers: { command: 'CreateRelease', 'command-id': 'release-1.4.0' },
    publishedAt: Date.parse(at),
  },
  { group: 'slipway-commands', tries: 1, error: new Error('The value is no JSON in UTF-8.') },
);

const deadLetter: MessageObject = {
  name: 'DeadLetter',
  summary: 'A message that a consumer gave up, its value as it was',
  contentType: 'application/octet-stream',
  headers: {
    type: 'object',
    description: 'Those of the message, and what became of it.',
    required: Object.keys(died.headers ?? {}).filter((name) => name.startsWith('dead-letter-')),
    properties: {
      'dead-letter-message': { type: 'string', format: 'uuid', description: 'Names the message for ever.' },
      'dead-letter-reason': { type: 'string', description: 'Why it was given up.' },
      'dead-letter-tries': { type: 'string', pattern: '^\\d+$' },
      'dead-letter-topic': { type: 'string', description: 'Where it came from.' },
      'dead-letter-partition': { type: 'string', pattern: '^\\d+$' },
      'dead-letter-offset': { type: 'string', pattern: '^\\d+$' },
      'dead-letter-group': { type: 'string', description: 'Who gave it up.' },
      'dead-letter-shortened': { type: 'string', const: 'true', description: 'Only the beginning of its value is left.' },
    },
    additionalProperties: { type: 'string' },
  },
  payload: { description: 'Whatever it was.' },
  bindings: keyed('That of the message.'),
  examples: [{ name: 'example', headers: died.headers ?? {}, payload: died.value }],
};

interface Inner {
  readonly address: string;
  readonly title: string;
  readonly key: string;
  readonly message: string;
  readonly example: object;
  readonly parameters?: Channel['parameters'];
}

const INNER: Readonly<Record<string, Inner>> = {
  tasks: {
    address: tasksTopic('{pool}'),
    title: 'Tasks of a pool of workers',
    key: 'Deployment, step, attempt and token.',
    message: 'Task',
    example: { ...attempt, pool: 'default', stepType: 'script' },
    parameters: { pool: { description: 'Slug of the pool.' } },
  },
  progress: {
    address: TOPICS.progress,
    title: 'What workers say of attempts',
    key: 'The deployment.',
    message: 'Progress',
    example: { ...attempt, kind: 'claimed', worker, at },
  },
  slots: {
    address: TOPICS.slots,
    title: 'What workers could still take',
    key: 'The worker.',
    message: 'FreeSlots',
    example: { kind: 'slots', worker, pools: ['default'], free: 9, at },
  },
  logs: {
    address: TOPICS.logs,
    title: 'Output of steps',
    key: 'The deployment.',
    message: 'LogChunks',
    example: { attempt, chunks: [{ number: 1, at, source: 'stdout', text: 'all is well\n' }] },
  },
  control: {
    address: TOPICS.control,
    title: 'Answers to workers',
    key: 'The deployment.',
    message: 'Control',
    example: { ...attempt, kind: 'granted', worker },
  },
};

/** Dead letters, which anybody may read, and the topics that are nobody else's business. */
export function innerPart(): Part {
  const channels = Object.entries(INNER).map(([name, { address, title, parameters }]) => [
    name,
    {
      address,
      title,
      description: 'Spoken among the processes of one Slipway: it may change with any version, and nobody else may write it.',
      tags: [{ name: 'internal' }],
      ...(parameters ? { parameters } : {}),
    },
  ]);
  const messages = Object.entries(INNER).map(([name, inner]) => [name, [innerMessage(inner)]]);
  return {
    channels: {
      ...(Object.fromEntries(channels) as Part['channels']),
      deadLetters: {
        address: TOPICS.deadLetters,
        title: 'Dead letters',
        description:
          'Messages that Slipway gave up. They are listed and replayed over HTTP; whoever reads the topic gets each at least once.',
      },
    },
    messages: { ...(Object.fromEntries(messages) as Part['messages']), deadLetters: [deadLetter] },
    operations: {
      setAside: {
        action: 'send',
        channel: channelRef('deadLetters'),
        summary: 'Set a message aside that nobody can handle',
        messages: [messageRef('deadLetters', deadLetter.name)],
      },
    },
    schemas: {},
  };
}

function innerMessage({ message, key, example }: Inner): MessageObject {
  return {
    name: message,
    headers: { type: 'object' },
    payload: { type: 'object' },
    bindings: keyed(key),
    examples: [{ name: 'example', headers: {}, payload: example }],
  };
}
