import type { JsonSchema } from '@slipway/platform';
import { flag, hash, list, object, oneOf, ref, slug, text, the, whole } from './shapes';

const names = { name: text('What people call it.') };
/** A new project has revision 0: nothing, so nothing hashed. */
const revisionHash: JsonSchema = {
  type: 'string',
  pattern: '^(sha256:[0-9a-f]{64})?$',
  description: 'Of the content; empty at revision 0.',
};
const revision = whole(0, 'Counts the changes; 0 on a new project.');

/** What is described before a release is cut: environments, lifecycles, projects. */
export function projectAnswers(stepAlternatives: JsonSchema): Record<string, JsonSchema> {
  return {
    Environment: object(
      'A place to deploy to.',
      { slug },
      {
        ...names,
        description: text(),
        order: { type: 'integer', description: 'Column of the dashboard and order of phases; environments without one come last.' },
        failureMode: oneOf(['fail', 'guided']),
      },
    ),
    Phase: object(
      'Environments that are passed together.',
      {
        name: text(),
        environments: list(object('One of them.', { environment: slug, automatic: flag('Reaching the phase deploys here by itself.') })),
        optional: flag('Later phases open without it.'),
      },
      { minimum: whole(1, 'How many of the environments must have had a success; absent: all.'), retention: ref('Retention') },
    ),
    Retention: {
      description: 'How long releases stay in lists.',
      oneOf: [
        object('Always.', { keep: oneOf(['all']) }),
        object('The newest ones of a project.', { releases: whole(1) }),
        object('For a time.', { days: whole(1) }),
      ],
    },
    Lifecycle: object(
      'The order of environments.',
      { slug, phases: list(ref('Phase'), 'None: one phase for each environment, in their order.') },
      { ...names, retention: the(ref('Retention'), 'Of the phases that say nothing else.') },
    ),
    Project: object(
      'What is released and deployed.',
      { slug, lifecycle: slug },
      {
        ...names,
        description: text('Markdown.'),
        versionTemplate: text('Gives releases without a version theirs.'),
        variableSets: list(slug, 'Variable sets that it includes, in the order in which they count.'),
      },
    ),
    Channel: object(
      "Which lifecycle a project's releases take, and which versions they may have.",
      { slug, default: flag('Releases that name no channel belong to this one.') },
      {
        ...names,
        description: text('Markdown.'),
        lifecycle: the(slug, "Absent: the project's."),
        versions: text('The range that versions must lie in.'),
        prerelease: text('`none`, `any`, or a pattern that the prerelease tag must match.'),
      },
    ),
    Channels: object('The channels of a project.', { revision, hash: revisionHash, channels: list(ref('Channel')) }),
    Step: {
      ...object(
        'A step of a deployment process, as stored.',
        {
          name: text('Unique in the process, whatever the case.'),
          type: text(),
          input: { type: 'object', description: 'What the step type needs.' },
          condition: the(ref('RunCondition'), 'When it runs.'),
          start: oneOf(['after-previous', 'with-previous'], '`with-previous`: beside the step before it, in one parallel group.'),
          required: flag('May not be excluded from a deployment.'),
          roles: list(text(), 'What values of variables are scoped by.'),
          environments: list(slug, 'Only in these; empty: in all.'),
          excludeEnvironments: list(slug, 'In all but these.'),
          channels: list(slug, 'Only for releases of these; empty: of all.'),
        },
        {
          timeout: { type: 'string', format: 'duration', description: 'Bounds each attempt; absent: `PT1H`.' },
          retries: object('More tries after a failure, a time-out or a lost worker.', {
            attempts: whole(2, 'Of all tries.'),
            delay: { type: 'string', format: 'duration', description: 'Before the second try.' },
            backoff: { type: 'number', description: 'Multiplies the delay from try to try.' },
          }),
          pool: the(slug, 'The workers that run it; absent: `default`.'),
        },
      ),
      ...stepAlternatives,
    },
    RunCondition: {
      oneOf: [oneOf(['success', 'failure', 'always']), object('Over variables and outputs of earlier steps.', { expression: text() })],
    },
    Process: object('The deployment process of a project.', { revision, hash: revisionHash, steps: list(ref('Step')) }),
    VariableScope: object(
      'Where a value applies: any entry of a list, and every list. Absent: anywhere.',
      {},
      { environments: list(slug), roles: list(text()), steps: list(text()), channels: list(slug) },
    ),
    Variable: object(
      'One value of a variable.',
      { name: text(), value: text('`#{Name}` in it is expanded when it is used.') },
      {
        scope: ref('VariableScope'),
        prompt: ref('VariablePrompt'),
        set: the(slug, 'The variable set that it came from; absent: the project.'),
      },
    ),
    VariablePrompt: object(
      'What is asked for when a deployment is scheduled.',
      {
        label: text('The question.'),
        required: flag('Must be answered, and not with a blank, unless there is a default.'),
        control: oneOf(['text', 'multiline', 'select', 'checkbox']),
      },
      { options: list(text(), 'What a `select` offers.') },
    ),
    VariableSet: object('Variables that projects share.', { slug }, { ...names, description: text('Markdown.') }),
    Variables: object('The variables of a project or of a variable set.', {
      revision,
      hash: revisionHash,
      variables: list(ref('Variable')),
    }),
    Candidate: object(
      'A value that the variable could have had.',
      {
        value: text('As stored, not expanded.'),
        scope: ref('VariableScope'),
        source: text('`project`, or `library:<slug>` of a variable set.'),
        rank: list(whole(0), 'Compared from left to right, the greater wins: step, role, environment, channel, order of roles.'),
        matches: flag('Its scope fits the context.'),
      },
      { prompt: text('The question whose answer it gives way to in a deployment.'), lostBecause: text('Why it is not the winner.') },
    ),
    Explain: object(
      'Why a variable has the value it has.',
      { name: text(), candidates: list(ref('Candidate'), 'In the order defined; none: nobody defined it.') },
      { winner: the(ref('Candidate'), 'Absent: no value applies.') },
    ),
    VariableSnapshot: object('The variables that a release froze.', {
      snapshot: whole(1, 'Its number.'),
      hash,
      takenAt: { type: 'string', format: 'date-time' },
      snapshots: list(ref('SnapshotName'), 'All of the release, oldest first.'),
      variables: list(ref('Variable')),
    }),
    SnapshotName: object('Which snapshot.', { snapshot: whole(1), hash, takenAt: { type: 'string', format: 'date-time' } }),
  };
}
