import { deciderSpec } from '@slipway/kernel/testing';
import { deploymentDecider } from './deployment.decider';
import { COMMANDS, HISTORIES, type StateName } from './deployment.fixture';
import { isEnded } from './deployment';

const { given } = deciderSpec(deploymentDecider);
type CommandName = keyof typeof COMMANDS;

/** What each command leads to in each state, at 08:00 and then at 09:00, the very moment of `expiresAt`. What is not named changes nothing. */
const AT_EIGHT: Record<StateName, Partial<Record<CommandName, string[] | 'deployment.ended'>>> = {
  none: { OpenDeployment: ['DeploymentOpened'] },
  scheduled: { QueueDeployment: ['DeploymentQueued'], CancelDeployment: ['DeploymentCancelled'] },
  queued: { StartDeployment: ['DeploymentStarted', 'StepDispatched'], CancelDeployment: ['DeploymentCancelled'] },
  'executing, offered': {
    CancelDeployment: ['StepSkipped', 'StepSkipped', 'StepSkipped', 'DeploymentCancelled'],
    ClaimAttempt: ['StepStarted'],
    ReportAttempt: ['StepSucceeded', 'StepDispatched'],
    FailAttempt: ['StepFailed', 'StepSkipped', 'StepSkipped', 'DeploymentFailed'],
    RedispatchAttempt: ['StepDispatched'],
  },
  'executing, granted': {
    CancelDeployment: ['DeploymentCancelRequested'],
    ReportAttempt: ['StepSucceeded', 'StepDispatched'],
    LoseAttempt: ['StepLost', 'StepSkipped', 'StepSkipped', 'DeploymentFailed'],
  },
  cancelling: {
    ReportAttempt: ['StepSucceeded', 'StepSkipped', 'StepSkipped', 'DeploymentCancelled'],
    LoseAttempt: ['StepLost', 'StepSkipped', 'StepSkipped', 'DeploymentCancelled'],
  },
  succeeded: { CancelDeployment: 'deployment.ended' },
  failed: { CancelDeployment: 'deployment.ended', ReportAttempt: ['LateProgressRecorded'] },
  cancelled: { ReportAttempt: ['LateProgressRecorded'] },
  expired: { CancelDeployment: 'deployment.ended' },
  refused: { CancelDeployment: 'deployment.ended' },
};
const AT_NINE: typeof AT_EIGHT = {
  ...AT_EIGHT,
  scheduled: { ...AT_EIGHT.scheduled, QueueDeployment: ['DeploymentExpired'], ExpireDeployment: ['DeploymentExpired'] },
  queued: { ...AT_EIGHT.queued, StartDeployment: ['DeploymentExpired'], ExpireDeployment: ['DeploymentExpired'] },
  cancelling: { ...AT_EIGHT.cancelling, ExpireCancel: ['StepLost', 'StepSkipped', 'StepSkipped', 'DeploymentCancelled'] },
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
      if (expected === 'deployment.ended') asked.refused(expected, { state });
      else expect(asked.decided().map((event) => event.type)).toEqual(expected);
    },
  );
});

describe('every state', () => {
  it.each(STATES.filter((state) => state !== 'none'))('%s is reached by its history', (state) => {
    const known = given(...HISTORIES[state]).state();
    expect(known.status).toBe(state.split(',')[0]);
    expect(known.status !== 'none' && isEnded(known)).toBe(['succeeded', 'failed', 'cancelled', 'expired', 'refused'].includes(state));
  });

  it('whatever is decided in it, a command that comes again changes nothing', () => {
    for (const [state, command] of ROWS) {
      if (AT_EIGHT[state][command] === 'deployment.ended') continue;
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
