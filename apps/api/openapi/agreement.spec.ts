import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { EgressPolicy, StepTypes } from '@slipway/kernel';
import { ManualClock } from '@slipway/kernel/testing';
import { checkShape, declaredCommands, queryBodies } from '@slipway/platform';
import { allStepTypes } from '@slipway/steps/all-step-types';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import '../../composition/slipway.module';
import { type BodyClass, bodySchemas } from './body-schemas';
import { examples } from './examples';
import { pathParameters } from './parameters';

/** What hands might write into a field. */
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    51,
    2_000_000,
    '',
    ' ',
    'x',
    'A slug?',
    'no\nline',
    'x'.repeat(101),
    'x'.repeat(2_001),
    '1.4.0',
    'v1.4.0',
    '1.4',
  ],
  ...[
    'PT30M',
    'P1D',
    '30m',
    '2026-01-05T08:00:00Z',
    '2026-01-05T08:00:00+11:00',
    '2026-01-05',
    '2026-02-30T08:00:00Z',
    'fail',
    'guided',
    'default',
  ],
  ...[[], {}, ['x'], ['x', 'x'], ['No slug'], [null], [{}], [[]], { x: 1 }, Array.from({ length: 201 }, (_, at) => `s${at}`)],
];

const ROUTE = Object.fromEntries(Object.entries(pathParameters).map(([name, { example }]) => [name, example]));
const IN_ADDRESS: Readonly<Record<string, readonly string[]>> = {
  ChangeEnvironment: ['environment'],
  ChangeLifecycle: ['lifecycle'],
  ChangeProject: ['project'],
  ChangeProcess: ['project'],
  ChangeVariables: ['project'],
  ChangeVariableSet: ['set'],
  ChangeSetVariables: ['set'],
  ChangeChannels: ['project'],
  CreateRelease: ['project'],
  UpdateVariables: ['project', 'version'],
  BlockRelease: ['project', 'version'],
  UnblockRelease: ['project', 'version'],
  ScheduleDeployment: ['project', 'version'],
  PromoteRelease: ['project', 'version'],
  CancelDeployment: ['deployment'],
  ChangeWebhook: ['webhook'],
  ReplayWebhook: ['webhook'],
  RedeployDeployment: ['deployment'],
  RollBackDeployment: ['deployment'],
  ResolveInterruption: ['interruption'],
};
const stepTypes = new StepTypes(allStepTypes(new NodeOutboundHttp({ clock: new ManualClock(), policy: new EgressPolicy() })));

/** A body with one more place changed, for every place: each field set to each value, left out, or joined by a stranger. */
function* changed(body: unknown): Generator<unknown> {
  yield* VALUES;
  if (Array.isArray(body)) {
    for (const [at, member] of body.entries()) for (const inner of changed(member)) yield body.with(at, inner);
  } else if (typeof body === 'object' && body !== null) {
    yield { ...body, stranger: 1 };
    for (const [name, member] of Object.entries(body)) {
      yield Object.fromEntries(Object.entries(body).filter(([other]) => other !== name));
      // Looked at by the step type, when the process is saved.
      if (name === 'type' || name === 'input') continue;
      for (const inner of changed(member)) yield { ...body, [name]: inner };
    }
  }
}

function validator(command: BodyClass): ValidateFunction {
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const schemas = bodySchemas(command, IN_ADDRESS[command.name] ?? [], stepTypes);
  const text = JSON.stringify({ $ref: `#/components/schemas/${command.name}`, $defs: schemas }).replaceAll(
    '#/components/schemas/',
    '#/$defs/',
  );
  return ajv.compile(JSON.parse(text) as object);
}

function accepts(command: BodyClass, body: object): boolean {
  const route = Object.fromEntries((IN_ADDRESS[command.name] ?? []).map((name) => [name, ROUTE[name]]));
  try {
    checkShape(command.type, { ...body, ...route });
    return true;
  } catch {
    return false;
  }
}

const operations = Object.entries(examples).map(([operationId, shown]) => ({
  operationId,
  bodies: Object.values(shown).map(({ value }) => value),
}));

describe('what the document says of a body and what the rules accept', () => {
  it.each(operations)('is the same for $operationId, wherever something is changed', ({ operationId, bodies }) => {
    const command = [...declaredCommands(), ...queryBodies()].find(({ name }) => name.toLowerCase() === operationId.toLowerCase());
    if (!command) throw new Error(`no command ${operationId}`);
    const validate = validator(command);
    const seen = { accepted: 0, refused: 0 };
    // Everything optional too, so that every field has its turn.
    const full = Object.fromEntries(
      Object.keys(bodySchemas(command, IN_ADDRESS[command.name] ?? [], stepTypes)[command.name]?.['properties'] ?? {}).map((name) => [
        name,
        undefined,
      ]),
    );
    for (const body of bodies.flatMap((one) => [...changed({ ...full, ...one })])) {
      if (typeof body !== 'object' || body === null || Array.isArray(body)) continue;
      const sent = JSON.parse(JSON.stringify(body)) as object;
      const accepted = accepts(command, sent);
      seen[accepted ? 'accepted' : 'refused'] += 1;
      if (validate(sent) !== accepted)
        throw new Error(
          `the rules ${accepted ? 'accept' : 'refuse'} ${JSON.stringify(sent).slice(0, 500)}, the document does not: ${JSON.stringify(validate.errors)}`,
        );
    }
    expect(seen.accepted).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(10);
  });
});
