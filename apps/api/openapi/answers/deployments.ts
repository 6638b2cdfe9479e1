import { DEPLOYMENT_STATES } from '@slipway/deployments/contract';
import type { JsonSchema } from '@slipway/platform';
import { digest, flag, id, list, object, oneOf, position, ref, slug, text, the, time, whole } from './shapes';

const attemptStates = ['dispatched', 'running', 'succeeded', 'failed', 'lost', 'timed-out'];

export const deploymentAnswers: Record<string, JsonSchema> = {
  Deployment: object(
    'A release on its way to an environment.',
    {
      id,
      project: slug,
      release: text('The version.'),
      environment: slug,
      state: oneOf(DEPLOYMENT_STATES),
      at: the(time, 'When it is due.'),
      variablesSnapshot: whole(1, 'Number of the variable snapshot that it uses.'),
      excluded: list(text(), 'Steps that were asked to be left out.'),
      failureMode: oneOf(['fail', 'guided', 'default'], '`default` only until one that the lifecycle scheduled opens.'),
      priority: flag('Before others in its lane.'),
      requestedBy: text(),
      steps: list(ref('StepRun')),
    },
    {
      reason: the(ref('Reason'), 'Why it ended as it did; absent on success.'),
      withWarnings: flag('It succeeded, though failures were ignored.'),
      expiresAt: the(time, 'Not started by then, it never runs.'),
      queuedAt: time,
      startedAt: time,
      finishedAt: time,
      comment: text(),
      prompted: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Values given to prompted variables, by variable.',
      },
      redeployOf: the(id, 'The deployment that it repeats.'),
      rollbackOf: the(id, 'The deployment that it takes back.'),
      parent: object('The step of another deployment that waits for it.', { deployment: id, step: text() }),
      overrideFreeze: object('It was let through these freezes, and no others.', {
        reason: text(),
        freezes: list(slug),
      }),
      waitingFor: the(ref('Reason'), 'What it waits for, and whom.'),
    },
  ),
  ExplainedDeployment: object(
    'Why a deployment is where it is.',
    {
      deployment: id,
      state: oneOf(DEPLOYMENT_STATES),
      steps: list(ref('StepUnderWay'), 'Those that were offered to workers, or that run.'),
      timers: list(
        object(
          'What the clock will bring.',
          { kind: oneOf(['due', 'expiry', 'cancel-deadline', 'step'], '`step`: what one of its steps waits for may be over.'), at: time },
          { step: text() },
        ),
        'The next one first.',
      ),
    },
    {
      since: the(time, 'Since when it is in its state.'),
      notBefore: the(time, 'It does not go on before, as far as is known; absent: it may at any time.'),
      reason: the(ref('TracedReason'), 'What it waits for, or why it ended; absent where it runs, and on success.'),
      holder: object(
        'Who is in its place.',
        {
          deployment: id,
          release: text('The version.'),
          state: oneOf(DEPLOYMENT_STATES),
          since: the(time, 'Since when it holds the lane.'),
          steps: list(ref('StepUnderWay'), 'Those that were offered to workers, or that run.'),
        },
        { waitingFor: the(ref('Reason'), 'What it waits for in its turn.') },
      ),
      start: object(
        'Whether it may start, at the earliest.',
        { allowed: flag('It may.'), reasons: list(ref('TracedReason')) },
        { notBefore: time },
      ),
    },
  ),
  StepUnderWay: object(
    'A step that was offered to workers, or that runs.',
    { name: text(), state: oneOf(['dispatched', 'running']) },
    {
      attempt: whole(1),
      pool: text('Whose workers are asked; absent where none is.'),
      worker: text('Who runs it.'),
      since: the(time, 'Since when it is in this state.'),
      until: the(time, 'Its time limit ends it by then; absent: it has none, or has yet to begin.'),
    },
  ),
  DeploymentSummary: object(
    'A deployment as the dashboard shows it.',
    { id, release: text('The version.'), state: oneOf(DEPLOYMENT_STATES), at: time, requestedBy: text() },
    {
      withWarnings: flag('It succeeded, though failures were ignored.'),
      expiresAt: time,
      startedAt: time,
      finishedAt: time,
      comment: text(),
    },
  ),
  StepRun: object(
    'A step of one deployment.',
    {
      name: text(),
      type: text(),
      state: oneOf(['pending', 'excluded', 'skipped', ...attemptStates]),
      attempts: list(ref('StepAttempt'), 'In their order.'),
      outputs: { type: 'object', additionalProperties: { type: 'string' }, description: 'What the step gave out.' },
    },
    { reason: the(ref('Reason'), 'Why it was skipped, what it waits for, or who ignored its failure.') },
  ),
  StepAttempt: object(
    'One try of a step.',
    {
      number: whole(1),
      token: whole(1, 'The fencing token of its newest dispatch: what an older one reports is late.'),
      state: oneOf([...attemptStates, 'skipped']),
    },
    {
      pool: text('Whose workers are asked; absent where none is.'),
      startedAt: time,
      finishedAt: time,
      exitCode: { type: 'integer' },
      error: object('What went wrong.', { code: text(), message: text() }),
      worker: text('The worker that ran it.'),
      log: object('What its output comes to.', {
        chunks: whole(0),
        digest: the(digest, 'Over all chunks.'),
      }),
    },
  ),
  LogEnd: object('All of the output is told.', { state: text('How the deployment ended.') }),
  Interruption: object(
    'A deployment that waits, or waited, for a person.',
    {
      id,
      deployment: id,
      project: slug,
      release: text('The version.'),
      environment: slug,
      step: text(),
      attempt: whole(1, 'Which try of the step it is about.'),
      kind: oneOf(['guided-failure', 'manual-intervention']),
      answers: list(oneOf(['retry', 'ignore', 'fail', 'proceed', 'abort']), 'What it can be answered with.'),
      state: oneOf(['open', 'taken', 'resolved']),
      raisedAt: time,
    },
    {
      instructions: text('What the person is to look at or do. Markdown.'),
      responsible: text('Who should answer.'),
      cause: object('What failed.', { code: text(), message: text() }),
      deadline: the(time, 'Unanswered by then, the step times out.'),
      takenBy: text('Who answers it.'),
      takenAt: time,
      answer: text('Absent on a resolved one that nobody answered: the deployment was cancelled, or the time was over.'),
      notes: text(),
      resolvedAt: time,
    },
  ),
  LogChunk: object('A piece of what a step printed.', {
    step: text(),
    attempt: whole(1),
    token: whole(1),
    number: whole(1, 'Counts within the attempt, without gaps.'),
    at: time,
    source: oneOf(['stdout', 'stderr', 'slipway'], '`slipway`: a note of the worker.'),
    text: text(),
  }),
  Dashboard: object(
    'Projects × environments.',
    {
      asOf: object('Which moment it shows.', { at: time, position }),
      environments: list(slug, 'The columns.'),
      projects: list(
        object('A row.', {
          project: slug,
          cells: {
            type: 'object',
            additionalProperties: ref('DashboardCell'),
            description: 'By environment; absent where nothing ever was.',
          },
        }),
      ),
    },
    { next: text('The `cursor` of the next page of projects; absent on the last one.') },
  ),
  DashboardCell: object(
    'A project in an environment.',
    { upcoming: list(ref('DeploymentSummary'), 'The next ones, at most 10.') },
    {
      current: object('What runs there.', { release: text('The version.'), deployment: id, since: time }),
      latest: the(ref('DeploymentSummary'), 'What was scheduled last, and is or was under way.'),
    },
  ),
};
