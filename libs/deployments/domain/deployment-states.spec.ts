import { deciderSpec } from '@slipway/kernel/testing';
import { deploymentDecider } from './deployment.decider';
import { COMMANDS, HISTORIES, type StateName } from './deployment.fixture';

const { given } = deciderSpec(deploymentDecider);
type CommandName = keyof typeof COMMANDS;

type Outcomes = Partial<Record<CommandName, string[] | string>>;

const SKIPPED_TWO = ['StepSkipped', 'StepSkipped'];
const ALL_SKIPPED = ['StepSkipped', ...SKIPPED_TWO];
const NOBODY_ASKED = { TakeInterruption: 'interruption.not-found', ResolveInterruption: 'interruption.not-found' };
/** A word under a token that was given, by somebody who does not hold it. */
const LATE = { ReportAttempt: ['LateProgressRecorded'] };

/** What each command leads to in each state, at 08:00 and then at 09:00, the very moment of `expiresAt`: events, or a refusal. What is not named changes nothing. */
const AT_EIGHT: Record<StateName, Outcomes> = {
  none: { OpenDeployment: ['DeploymentOpened', 'DeploymentQueued'] },
  scheduled: { ...NOBODY_ASKED, QueueDeployment: ['DeploymentQueued'], CancelDeployment: ['DeploymentCancelled'] },
  queued: {
    ...NOBODY_ASKED,
    StartDeployment: ['DeploymentStarted', 'StepDispatched'],
    CancelDeployment: ['DeploymentCancelled'],
    SupersedeDeployment: ['DeploymentCancelled'],
  },
  'executing, offered': {
    ...NOBODY_ASKED,
    CancelDeployment: [...ALL_SKIPPED, 'DeploymentCancelled'],
    ClaimAttempt: ['StepStarted'],
    ReportAttempt: ['StepSucceeded', 'StepDispatched'],
    FailAttempt: ['StepFailed', ...SKIPPED_TWO, 'DeploymentFailed'],
    RedispatchAttempt: ['StepDispatched'],
  },
  'executing, granted': {
    ...NOBODY_ASKED,
    CancelDeployment: ['CancelRequested'],
    ReportAttempt: ['StepSucceeded', 'StepDispatched'],
    LoseAttempt: ['StepLost', ...SKIPPED_TWO, 'DeploymentFailed'],
  },
  'executing, delayed': { ...NOBODY_ASKED, ...LATE, CancelDeployment: [...ALL_SKIPPED, 'DeploymentCancelled'] },
  'executing, waiting for its next try': { ...NOBODY_ASKED, ...LATE, CancelDeployment: [...ALL_SKIPPED, 'DeploymentCancelled'] },
  'executing, waiting for another project': {
    ...NOBODY_ASKED,
    ...LATE,
    CancelDeployment: ['CancelRequested'],
    FailAttempt: ['StepFailed', 'InterruptionRaised'],
    NoteChild: ['ChildDeploymentScheduled'],
    ReportChild: ['StepSucceeded', 'StepDispatched'],
  },
  'awaiting-intervention, about a failure': {
    ...LATE,
    CancelDeployment: [...SKIPPED_TWO, 'DeploymentCancelled'],
    TakeInterruption: ['InterruptionTaken'],
    ResolveInterruption: 'interruption.not-taken',
  },
  'awaiting-intervention, about a failure, taken': {
    ...LATE,
    CancelDeployment: [...SKIPPED_TWO, 'DeploymentCancelled'],
    ResolveInterruption: ['InterruptionResolved', 'StepDispatched'],
  },
  'awaiting-intervention, manual': {
    ...LATE,
    CancelDeployment: [...ALL_SKIPPED, 'DeploymentCancelled'],
    TakeInterruption: ['InterruptionTaken'],
    ResolveInterruption: 'interruption.not-taken',
  },
  'awaiting-intervention, manual, taken': {
    ...LATE,
    CancelDeployment: [...ALL_SKIPPED, 'DeploymentCancelled'],
    ResolveInterruption: 'interruption.answer-not-offered',
  },
  cancelling: {
    ...NOBODY_ASKED,
    ReportAttempt: ['StepSucceeded', ...SKIPPED_TWO, 'DeploymentCancelled'],
    LoseAttempt: ['StepLost', ...SKIPPED_TWO, 'DeploymentCancelled'],
  },
  succeeded: { ...NOBODY_ASKED, CancelDeployment: 'deployment.ended' },
  failed: { ...NOBODY_ASKED, ...LATE, CancelDeployment: 'deployment.ended' },
  cancelled: { ...NOBODY_ASKED, ...LATE },
  expired: { ...NOBODY_ASKED, CancelDeployment: 'deployment.ended' },
  refused: { ...NOBODY_ASKED, CancelDeployment: 'deployment.ended' },
};
const AT_NINE: typeof AT_EIGHT = {
  ...AT_EIGHT,
  scheduled: { ...AT_EIGHT.scheduled, QueueDeployment: ['DeploymentExpired'], ExpireDeployment: ['DeploymentExpired'] },
  queued: { ...AT_EIGHT.queued, StartDeployment: ['DeploymentExpired'], ExpireDeployment: ['DeploymentExpired'] },
  'executing, delayed': { ...AT_EIGHT['executing, delayed'], WakeStep: ['StepSucceeded', 'StepDispatched'] },
  'executing, waiting for its next try': { ...AT_EIGHT['executing, waiting for its next try'], WakeStep: ['StepDispatched'] },
  cancelling: { ...AT_EIGHT.cancelling, ExpireCancel: ['StepLost', ...SKIPPED_TWO, 'DeploymentCancelled'] },
};

const STATES = Object.keys(HISTORIES) as StateName[];
const NAMES = Object.keys(COMMANDS) as CommandName[];
const ROWS = STATES.flatMap((state) => NAMES.map((command) => [state, command] as const));

describe.each([
  ['08:00', '2026-01-05T08:00:00.000Z', AT_EIGHT],
  ['09:00, when it expires', '2026-01-05T09:00:00.000Z', AT_NINE],
])('the state table at %s', (_time, now, table) => {
  it.each(ROWS.map(([state, command]) => [state, command, table[state][command] ?? []] as const))(
    'a deployment that is %s answers %s with %j',
    (state, command, expected) => {
      const asked = given(...HISTORIES[state]).when({ ...COMMANDS[command], meta: { now } });
      if (typeof expected === 'string') asked.refused(expected);
      else expect(asked.decided().map((event) => event.type)).toEqual(expected);
    },
  );
});

describe('every state', () => {
  it.each(STATES.filter((state) => state !== 'none'))('%s is reached by its history', (state) => {
    expect(given(...HISTORIES[state]).state().status).toBe(state.split(',')[0]);
  });

  it('whatever is decided in it, a command that comes again changes nothing', () => {
    for (const [state, command] of ROWS) {
      // An answered interruption refuses everybody: that is no repeat.
      if (typeof AT_EIGHT[state][command] === 'string' || command === 'ResolveInterruption') continue;
      const decided = given(...HISTORIES[state])
        .when(COMMANDS[command])
        .decided();
      // A new token was given out: the command that named the old one is stale by now.
      const again = given(...HISTORIES[state], ...decided)
        .when(COMMANDS[command])
        .decided();
      expect({ state, command, again }).toEqual({ state, command, again: [] });
    }
  });
});
