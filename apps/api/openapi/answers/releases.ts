import type { JsonSchema } from '@slipway/platform';
import { flag, hash, id, list, object, oneOf, ref, slug, text, the, time, whole } from './shapes';

const same = flag('Nothing differs in this part.');

const lists = {
  project: slug,
  version: text('A Semantic Version.'),
  channel: slug,
  createdAt: time,
  createdBy: text('Who cut it.'),
  state: oneOf(['active', 'blocked', 'archived', 'deleted']),
  contentHash: the(hash, 'Over the process, the first snapshot and the lifecycle.'),
  variables: the(ref('SnapshotName'), 'The snapshot in force.'),
  links: list(ref('Link'), 'From where it was taken on to where.'),
  deletable: flag('Nothing depends on it.'),
  notDeletable: list(ref('Reason'), 'Everything that stands against deleting it.'),
};

export const releaseAnswers: Record<string, JsonSchema> = {
  Link: object('A release was taken on from one environment to a later one.', {
    from: slug,
    to: slug,
    deployment: the(id, 'The deployment that made the link.'),
    at: time,
  }),
  Block: object('It enters no phase in which it has no success yet.', { reason: text(), by: text('Who blocked it.'), at: time }),
  ReleaseSummary: object('A release as lists show it.', lists, { title: text(), blocked: ref('Block'), archived: ref('Archival') }),
  Archival: object('Retention hid it from lists.', { surplus: list(ref('Surplus'), 'Where it was one too many.'), at: time }),
  Surplus: object('A rule that does not keep it.', { phase: text(), rule: ref('Retention') }),
  RetentionVerdict: object('What retention makes of a release.', {
    version: text(),
    goes: flag('It is surplus in every phase, and nothing protects it.'),
    phases: list(
      object('A phase that it had a success in, or the first one where it had none.', {
        phase: text(),
        rule: ref('Retention'),
        since: the(time, 'Of its latest success there, or of its creation.'),
        place: whole(1, 'Among the releases of the project there, the newest first.'),
        surplus: flag('The rule does not keep it.'),
      }),
    ),
    protectedBy: list(ref('Reason'), 'Why it stays all the same.'),
  }),
  Release: object(
    'An immutable release: process, variables and lifecycle as they were frozen.',
    {
      ...lists,
      process: object('As frozen.', { hash, steps: list(ref('Step')) }),
      lifecycle: ref('FrozenLifecycle'),
      artifacts: list(object('A component.', { component: text(), tag: text(), digest: text() }), 'Always empty: not supported yet.'),
    },
    { title: text(), notes: text('Markdown.'), blocked: ref('Block'), archived: ref('Archival') },
  ),
  Comparison: object('What changes from one release to another.', {
    project: slug,
    from: ref('ComparedRelease'),
    to: ref('ComparedRelease'),
    same: flag('No part differs.'),
    about: object('Title, notes and channel.', { same, fields: list(ref('FieldChange')) }),
    process: object('The steps.', { same, steps: list(ref('StepChange'), 'In the order of the later process, those that are gone last.') }),
    variables: object('The values of variables.', { same, values: list(ref('VariableChange')) }),
    lifecycle: object('The lifecycle as frozen in each.', { same, fields: list(ref('FieldChange')) }),
    artifacts: list({ type: 'object' }, 'Always empty: not supported yet.'),
  }),
  ComparedRelease: object(
    'One of the two releases.',
    { version: text(), createdAt: time, createdBy: text(), contentHash: hash, snapshot: whole(1, 'Number of the variable snapshot.') },
    { environment: the(slug, 'Where it runs.'), deployment: the(id, 'The deployment since which it runs there.') },
  ),
  FieldChange: object(
    'A place that differs; what is absent on one side was not there.',
    { pointer: text('A JSON pointer.') },
    { from: { description: 'Any JSON value.' }, to: { description: 'Any JSON value.' } },
  ),
  StepChange: object(
    'A step that is not the same.',
    {
      name: text(),
      change: oneOf(['added', 'removed', 'changed', 'moved']),
      moved: flag('It stands elsewhere among the steps of both; a changed one may have moved too.'),
      fields: list(ref('FieldChange')),
    },
    { from: whole(1, 'Its place before.'), to: whole(1, 'Its place afterwards.') },
  ),
  VariableChange: object(
    'A value that is not the same, told apart by name and scope.',
    { name: text(), change: oneOf(['added', 'removed', 'changed']) },
    { scope: ref('VariableScope'), from: { type: 'object', description: 'As stored.' }, to: { type: 'object', description: 'As stored.' } },
  ),
  FrozenLifecycle: object(
    'The lifecycle as it was when the release was cut.',
    { slug, hash, phases: list(ref('Phase')) },
    { name: text() },
  ),
  Progression: object('Where a release may go, and every reason why not.', {
    phases: list(
      object('A phase of its lifecycle.', {
        name: text(),
        complete: flag('Enough of its environments had a success.'),
        reached: flag('Every earlier phase is complete or optional.'),
        optional: flag('Later phases open without it.'),
        environments: list(ref('ProgressionEnvironment')),
      }),
    ),
    next: list(slug, 'Where it may go and has not been.'),
  }),
  Eligibility: object(
    'Whether a release may be deployed somewhere at a time.',
    { environment: slug, at: time, allowed: flag('It may.'), reasons: list(ref('TracedReason'), 'All that stands against it.') },
    { notBefore: the(time, 'The earliest time at which it could be otherwise, where a clock has a say in it.') },
  ),
  ProgressionEnvironment: object(
    'What the release may do in one environment.',
    {
      environment: slug,
      automatic: flag('Reaching the phase deploys here by itself.'),
      allowed: flag('It may be deployed here now.'),
      reasons: list(ref('Reason'), 'Why not; empty where it is allowed.'),
      deployed: flag('It once was deployed here with success.'),
      current: flag('It is what runs here.'),
    },
    {
      notBefore: the(time, 'The earliest time at which it could be allowed, where a freeze is among the reasons.'),
      toAnswer: list(
        text(),
        'Labels of the prompts that a deployment here has to answer, as they have no default: it is not deployed here by itself.',
      ),
      lastDeployment: the(id, 'Its deployment here that was scheduled last.'),
    },
  ),
};
