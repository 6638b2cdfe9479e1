import { contentHash } from '@slipway/kernel';
import { deciderSpec, recorded, refusalOf } from '@slipway/kernel/testing';
import type { Variable } from '../variables/variable';
import { stepOf } from '../process/step.fixture';
import { activeProject } from '../project';
import { projectDecider } from '../project.decider';
import type { ProjectEvent } from '../project.events';
import { type Channel, channelOf, IMPLICIT_CHANNELS } from './channel';

const { given } = deciderSpec(projectDecider);
const PROJECT: ProjectEvent = { type: 'ProjectCreated', data: { slug: 'shop', lifecycle: 'default' } };
const STABLE: Channel = { slug: 'stable', default: true, prerelease: 'none' };
const BETA: Channel = { slug: 'beta', default: false };

const change = (...channels: Channel[]) => ({ type: 'ChangeChannels' as const, data: { channels } });
const changed = (revision: number, ...channels: Channel[]): ProjectEvent => ({
  type: 'ChannelsChanged',
  data: { slug: 'shop', revision, hash: contentHash(channels), channels },
});
const step = (name: string, ...channels: string[]) => stepOf(name, { channels });
const forBeta: Variable = { name: 'Host', value: 'x', scope: { channels: ['stable', 'beta'] } };

const errorsOf = (command: Parameters<ReturnType<typeof given>['when']>[0], ...history: ProjectEvent[]) =>
  refusalOf(() =>
    given(...history)
      .when(command)
      .decided(),
  );

describe('the channels of a project', () => {
  it('are one, called default, until any are set', () => {
    const { channels } = activeProject(recorded([PROJECT]).reduce(projectDecider.evolve, projectDecider.initialState));
    expect(channels).toEqual({ revision: 0, hash: '', channels: IMPLICIT_CHANNELS });
    expect(channelOf(channels.channels)).toEqual({ slug: 'default', default: true });
  });

  it('are replaced whole, under a revision of their own; the same again is nothing', () => {
    given(PROJECT)
      .when(change(STABLE, BETA))
      .then([changed(1, STABLE, BETA)]);
    given(PROJECT, changed(1, STABLE, BETA))
      .when(change(STABLE, BETA))
      .then([]);
    given(PROJECT, changed(1, STABLE, BETA))
      .when(change(STABLE))
      .then([changed(2, STABLE)]);
  });

  it('have exactly one default, which is that of releases that name none', () => {
    expect(errorsOf(change(BETA), PROJECT)).toMatchObject({ code: 'channels.invalid', errors: [{ pointer: '/channels' }] });
    expect(errorsOf(change(STABLE, { ...BETA, default: true }), PROJECT)).toMatchObject({
      code: 'channels.invalid',
      errors: [{ pointer: '/channels/1/default' }],
    });
    expect(channelOf([BETA, STABLE])).toEqual(STABLE);
    expect(channelOf([BETA, STABLE], 'beta')).toEqual(BETA);
    expect(channelOf([BETA, STABLE], 'gamma')).toBeUndefined();
  });

  it('are refused with a slug twice, or rules that no version could be held to', () => {
    const wrong = change(STABLE, { ...BETA, versions: 'new ones' }, { ...BETA, prerelease: '(' });
    expect(errorsOf(wrong, PROJECT)).toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/channels/1/versions' }, { pointer: '/channels/2/slug' }, { pointer: '/channels/2/prerelease' }],
    });
  });

  it('stay while a step or a value of a variable names them', () => {
    const steps = [step('Announce', 'beta')];
    const process: ProjectEvent = { type: 'ProcessChanged', data: { slug: 'shop', revision: 1, hash: 'h', steps } };
    const variables: ProjectEvent = { type: 'VariablesChanged', data: { slug: 'shop', revision: 1, hash: 'h', variables: [forBeta] } };
    const refusal = errorsOf(change(STABLE), PROJECT, changed(1, STABLE, BETA), process, variables);
    expect(refusal).toMatchObject({
      kind: 'conflict',
      code: 'channels.in-use',
      errors: [
        { pointer: '/channels', message: expect.stringContaining('beta is named by step Announce') as string },
        { pointer: '/channels', message: expect.stringContaining('beta is named by the variable Host') as string },
      ],
    });
  });

  it('must be there before a step is for them, or a value', () => {
    const process = {
      type: 'ChangeProcess' as const,
      data: { steps: [step('Deploy'), step('Announce', 'stable', 'beta')], others: new Map() },
    };
    const variables = { type: 'ChangeVariables' as const, data: { variables: [forBeta] } };
    expect(errorsOf(process, PROJECT, changed(1, STABLE))).toMatchObject({
      code: 'process.invalid',
      errors: [{ pointer: '/steps/1/channels/1' }],
    });
    expect(errorsOf(variables, PROJECT, changed(1, STABLE))).toMatchObject({
      code: 'variables.invalid',
      errors: [{ pointer: '/variables/0/scope/channels/1' }],
    });
    expect(errorsOf(process, PROJECT, changed(1, STABLE, BETA))).toBeUndefined();
    expect(errorsOf(variables, PROJECT, changed(1, STABLE, BETA))).toBeUndefined();
  });
});
