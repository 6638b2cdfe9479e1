import type { Variable } from '@slipway/projects/contract';
import { stepOf } from '@slipway/projects/domain/process/step.fixture';
import type { KnownDeployment } from './deployment';
import { NOT_HERE, planned } from './deployment.fixture';
import { Story } from './deployment-story.fixture';
import { resolverFor } from './frozen';

const tries = (attempts: number, delayMs = 60_000, backoff = 1) => ({ retries: { attempts, delayMs, backoff } });
const when = (expression: string) => ({ condition: { expression } });
const variable = (name: string, value: string): Variable => ({ name, value, scope: {} });

describe('the run condition of a step', () => {
  const plan = [
    planned('Build'),
    planned('Deploy'),
    planned('Clean', { condition: 'always' }),
    planned('Undo', { condition: 'failure' }),
    planned('Check'),
  ];

  it('says that it runs while nothing failed: `success`, unless it says otherwise', () => {
    const story = new Story(plan);
    expect(story.starts()).toEqual(['DeploymentStarted', 'StepDispatched Build #1']);
    expect(story.succeeds('Build')).toEqual(['StepSucceeded Build #1', 'StepDispatched Deploy #1']);
    expect(story.succeeds('Deploy')).toEqual(['StepSucceeded Deploy #1', 'StepDispatched Clean #1']);
    expect(story.succeeds('Clean')).toEqual(['StepSucceeded Clean #1', 'StepSkipped Undo nothing-failed', 'StepDispatched Check #1']);
    expect(story.succeeds('Check')).toEqual(['StepSucceeded Check #1', 'DeploymentSucceeded']);
  });

  it('`failure` and `always` run after a failure, `success` does not, and the deployment fails with the first failure', () => {
    const story = new Story(plan);
    story.starts();
    expect(story.fails('Build')).toEqual([
      'StepFailed Build #1 step.failed',
      'StepSkipped Deploy earlier-step-failed',
      'StepDispatched Clean #1',
    ]);
    expect(story.fails('Clean')).toEqual(['StepFailed Clean #1 step.failed', 'StepDispatched Undo #1']);
    expect(story.succeeds('Undo')).toEqual([
      'StepSucceeded Undo #1',
      'StepSkipped Check earlier-step-failed',
      'DeploymentFailed step.failed',
    ]);
    expect(story.events.at(-1)).toMatchObject({ data: { cause: { message: 'Step Build: exit code 1' } } });
  });

  it('`always` steps do not run once the deployment is cancelled', () => {
    const story = new Story(plan);
    story.starts();
    expect(story.cancels()).toEqual([
      ...['Build', 'Deploy', 'Clean', 'Undo', 'Check'].map((step) => `StepSkipped ${step} deployment-cancelled`),
      'DeploymentCancelled',
    ]);
  });

  it('an ignored failure is no failure to the steps after it', () => {
    const story = new Story(plan, { failureMode: 'guided' });
    story.starts();
    story.fails('Build');
    expect(story.answers('ignore')).toEqual(['InterruptionResolved Build ignore', 'StepDispatched Deploy #1']);
    story.succeeds('Deploy');
    expect(story.succeeds('Clean')).toContain('StepSkipped Undo nothing-failed');
    expect(story.succeeds('Check')).toEqual(['StepSucceeded Check #1', 'DeploymentSucceeded with warnings']);
  });

  it.each([
    ['#{Go}', 'true', 'runs'],
    ['#{Go}', '', 'is skipped'],
    ['Go == "yes"', 'yes', 'runs'],
    ['Go == "yes"', 'no', 'is skipped'],
    ['#{if Go == "yes"}true#{/if}', 'yes', 'runs'],
    ['#{unless Go}true#{/unless}', 'true', 'is skipped'],
  ])('%s over a variable that is %j: the step %s', (expression, value, outcome) => {
    const story = new Story([planned('Build'), planned('Deploy', when(expression))], { variables: [variable('Go', value)] });
    story.starts();
    const [, next] = story.succeeds('Build');
    expect(next).toBe(outcome === 'runs' ? 'StepDispatched Deploy #1' : 'StepSkipped Deploy condition-false');
    if (outcome === 'runs') return;
    expect(story.events.at(-2)).toMatchObject({ data: { reason: { facts: { expression } } } });
    expect(story.state.status).toBe('succeeded');
  });

  it('may ask for an output of an earlier step', () => {
    const ask = () => new Story([planned('Build'), planned('Deploy', when('#{if Step[Build].Output.Changed == "yes"}true#{/if}'))]);
    const [changed, same] = [ask(), ask()];
    for (const story of [changed, same]) story.starts();
    expect(changed.succeeds('Build', { Changed: 'yes' })[1]).toBe('StepDispatched Deploy #1');
    expect(same.succeeds('Build', { Changed: 'no' })[1]).toBe('StepSkipped Deploy condition-false');
  });

  it('as an expression is judged whatever happened before: it may ask for the failure', () => {
    const story = new Story([planned('Build'), planned('Tell', when('#{Slipway.Deployment.Error}')), planned('Go on', when('#{Go}'))], {
      variables: [variable('Go', 'true')],
    });
    story.starts();
    expect(story.fails('Build')).toEqual(['StepFailed Build #1 step.failed', 'StepDispatched Tell #1']);
    expect(story.succeeds('Tell')).toEqual(['StepSucceeded Tell #1', 'StepDispatched Go on #1']);
    expect(story.succeeds('Go on')).toEqual(['StepSucceeded Go on #1', 'DeploymentFailed step.failed']);
  });

  it('that cannot be judged fails its step, which no further try of its own could better', () => {
    const variables = [variable('A', '#{B}'), variable('B', '#{A}')];
    const story = new Story([planned('Build', { ...when('#{A}'), ...tries(3) }), planned('Deploy')], { variables });
    expect(story.starts()).toEqual([
      'DeploymentStarted',
      expect.stringMatching(/^StepFailed Build #1 variable/),
      'StepSkipped Deploy earlier-step-failed',
      expect.stringMatching(/^DeploymentFailed variable/),
    ]);
  });

  it('is judged within a bound that keeps a whole process of such conditions short', () => {
    const variables = [variable('L', 'a,'.repeat(100)), variable('B', '#{each i in L}#{each j in L}#{/each}#{/each}')];
    const story = new Story([planned('Build', when('#{B}')), planned('Deploy', when('#{Go}'))], {
      variables: [...variables, variable('Go', 'yes')],
    });
    expect(story.starts().slice(1)).toEqual(['StepFailed Build #1 variables.expansion-too-large', 'StepDispatched Deploy #1']);
  });

  it('that cannot be judged is judged again when a person wants it tried again, and the step never runs unjudged', () => {
    const variables = [variable('A', '#{B}'), variable('B', '#{A}')];
    const story = new Story([planned('Build', when('#{A}')), planned('Deploy')], { variables, failureMode: 'guided' });
    expect(story.starts().at(-1)).toBe('InterruptionRaised Build #1');
    expect(story.answers('retry')).toEqual([
      'InterruptionResolved Build retry',
      expect.stringMatching(/^StepFailed Build #2 variable/),
      'InterruptionRaised Build #2',
    ]);
    expect(story.answers('ignore')).toEqual(['InterruptionResolved Build ignore', 'StepDispatched Deploy #1']);
  });

  it('that cannot be judged keeps a manual intervention from asking: that is a failure like any other, which guided failures ask about', () => {
    const unasked = (failureMode: 'fail' | 'guided', required = false): Story => {
      const approve = planned('Approve', { type: 'manual-intervention', required, ...when('#{Loop}') });
      const story = new Story([approve, planned('Deploy')], { failureMode, variables: [variable('Loop', '#{Loop}')] });
      story.starts();
      return story;
    };
    expect(unasked('fail').state.status).toBe('failed');
    expect(unasked('guided', true).interruption.answers).toEqual(['retry', 'fail']);
    const story = unasked('guided');
    expect(story.interruption).toMatchObject({ kind: 'guided-failure', answers: ['retry', 'ignore', 'fail'] });
    expect(story.answers('retry').at(-1)).toBe('InterruptionRaised Approve #2');
    expect(story.answers('ignore')).toEqual(['InterruptionResolved Approve ignore', 'StepDispatched Deploy #1']);
  });

  it('asks what earlier steps did, never the steps beside it: who is faster does not count', () => {
    const beside = { start: 'with-previous' as const };
    const output = '#{Step[East].Output.Done}';
    const plan = [planned('East'), planned('West', { ...beside, ...tries(2, 0) }), planned('After', when(output))];
    const story = new Story([...plan, planned('Tell', when('#{Slipway.Deployment.Error}'))]);
    story.starts();
    story.succeeds('East', { Done: 'yes' });
    const texts = () => resolverFor(story.state as KnownDeployment, { steps: [], variables: [], channel: '' }, stepOf('West'));
    expect(texts().expand(output)).toBe('');
    expect(story.fails('West')).toEqual(['StepFailed West #1 step.failed', 'StepDispatched West #2']);
    expect(story.fails('West')).toEqual(['StepFailed West #2 step.failed', 'StepDispatched After #1']);
    expect(texts().expand('#{Slipway.Deployment.Error}')).toBe('');
    expect(story.succeeds('After')).toEqual(['StepSucceeded After #1', 'StepDispatched Tell #1']);
  });
});

describe('steps that are not for here', () => {
  it('are skipped with their reason, whatever their condition; excluded ones are not even that', () => {
    const plan = [
      planned('Build', { excluded: true }),
      planned('Deploy', { skip: NOT_HERE, condition: 'always' }),
      planned('Check', { skip: NOT_HERE, excluded: true }),
    ];
    const story = new Story(plan);
    expect(story.starts()).toEqual(['DeploymentStarted', 'StepSkipped Deploy not-for-environment', 'DeploymentSucceeded']);
  });
});
