import { contentHash } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';
import type { Phase } from '@slipway/lifecycles/contract';
import type { Step, Variable } from '@slipway/projects/contract';
import { compareReleases } from './compare-releases';
import { evolveRelease, initialRelease, knownRelease } from './release';
import { created, GREETING, phase, shop, step, STEPS, THREE } from './release.fixture';

interface Content {
  readonly steps?: readonly Step[];
  readonly variables?: readonly Variable[];
  readonly phases?: readonly Phase[];
  readonly notes?: string;
}

function release({ steps = STEPS, variables = GREETING, phases = THREE, notes }: Content = {}) {
  const event = created(phases, shop(steps, variables));
  if (event.type !== 'ReleaseCreated') throw new Error('no release');
  const named = notes === undefined ? event : { ...event, data: { ...event.data, notes } };
  const known = knownRelease(recorded([named]).reduce(evolveRelease, initialRelease));
  return { release: known, snapshot: known.snapshots[0]! };
}

const compared = (from: Content, to: Content) => compareReleases(release(from), release(to));
const stepsOf = (from: readonly Step[], to: readonly Step[]) => compared({ steps: from }, { steps: to }).process.steps;

describe('comparing two releases', () => {
  it('finds nothing where nothing differs', () => {
    expect(compared({}, {})).toEqual({
      same: true,
      about: { same: true, fields: [] },
      process: { same: true, steps: [] },
      variables: { same: true, values: [] },
      lifecycle: { same: true, fields: [] },
      artifacts: [],
    });
  });

  it('tells steps that came and went, whole', () => {
    const steps = stepsOf([step('Build'), step('Check')], [step('Build'), step('Deploy')]);
    expect(steps).toMatchObject([
      { name: 'Deploy', change: 'added', to: 2, moved: false },
      { name: 'Check', change: 'removed', from: 2, moved: false },
    ]);
    expect(steps[0]?.fields).toContainEqual({ pointer: '/input', to: { run: 'true' } });
    expect(steps[1]?.fields).toContainEqual({ pointer: '/input', from: { run: 'true' } });
  });

  it('tells what changed in a step field by field, a name in another case too', () => {
    const [build, deploy] = [step('Build'), step('Deploy')];
    const after = { ...deploy, name: 'DEPLOY', input: { run: 'false', env: { 'A/B': '1' } }, timeout: 'PT5M', roles: ['web'] };
    expect(stepsOf([build, deploy], [build, after])).toEqual([
      {
        name: 'DEPLOY',
        change: 'changed',
        from: 2,
        to: 2,
        moved: false,
        fields: [
          { pointer: '/name', from: 'Deploy', to: 'DEPLOY' },
          { pointer: '/input/run', from: 'true', to: 'false' },
          { pointer: '/input/env', to: { 'A/B': '1' } },
          { pointer: '/roles/0', to: 'web' },
          { pointer: '/timeout', to: 'PT5M' },
        ],
      },
    ]);
  });

  it('tells the fewest steps that moved, also one that changed besides', () => {
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((name) => step(name)) as [Step, Step, Step, Step];
    expect(stepsOf([a, b, c, d], [d, a, b, c])).toEqual([{ name: 'D', change: 'moved', from: 4, to: 1, moved: true, fields: [] }]);
    expect(stepsOf([a, b, c], [b, { ...a, required: true }, c])).toMatchObject([
      { name: 'A', change: 'changed', from: 1, to: 2, moved: true, fields: [{ pointer: '/required', from: false, to: true }] },
    ]);
    expect(stepsOf([a, b, c], [b, c])).toMatchObject([{ name: 'A', change: 'removed' }]);
  });

  it('tells whole fields of a step in which more than a hundred places differ', () => {
    const env = (value: string) => Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`KEY${at}`, value]));
    const before = { ...step('Deploy'), input: { run: 'true', env: env('a') } };
    const after = { ...step('Deploy'), input: { run: 'true', env: env('b') } };
    expect(stepsOf([before], [after])[0]?.fields).toEqual([{ pointer: '/input', from: before.input, to: after.input }]);
  });

  it('tells values of variables apart by name and scope, whatever case and order', () => {
    const production = { environments: ['production', 'staging'] };
    const before: Variable[] = [
      { name: 'Host', value: 'test' },
      { name: 'Host', value: 'live', scope: production },
      { name: 'Old', value: '1' },
      { name: 'Same', value: '1', scope: production },
    ];
    const after: Variable[] = [
      { name: 'New', value: '1' },
      { name: 'same', value: '1', scope: { environments: ['staging', 'production'] } },
      { name: 'Host', value: 'better', scope: production },
      { name: 'Host', value: 'test' },
    ];
    expect(compared({ variables: before }, { variables: after }).variables).toEqual({
      same: false,
      values: [
        { name: 'New', change: 'added', to: { value: '1' } },
        { name: 'Host', scope: production, change: 'changed', from: { value: 'live' }, to: { value: 'better' } },
        { name: 'Old', change: 'removed', from: { value: '1' } },
      ],
    });
  });

  it('tells notes and the lifecycle apart too', () => {
    const { same, about, lifecycle } = compared(
      { notes: 'old' },
      { notes: 'new', phases: [...THREE.slice(0, 2), phase('Live', ['moon'])] },
    );
    expect({ same, about, lifecycle }).toEqual({
      same: false,
      about: { same: false, fields: [{ pointer: '/notes', from: 'old', to: 'new' }] },
      lifecycle: { same: false, fields: [{ pointer: '/phases/2/environments/0/environment', from: 'production', to: 'moon' }] },
    });
  });

  it('agrees with the content hashes on whether anything differs', () => {
    const [one, other] = [release(), release({ variables: [{ name: 'Greeting', value: 'Good day' }] })];
    expect(compareReleases(one, other).variables.same).toBe(contentHash(one.snapshot.variables) === contentHash(other.snapshot.variables));
    expect(compareReleases(one, one).same).toBe(true);
  });

  it('tells values of the project from those of its variable sets', () => {
    const [own, shared] = [
      { name: 'Host', value: 'own' },
      { name: 'Host', value: 'shared', set: 'mail' },
    ];
    expect(compared({ variables: [own, shared] }, { variables: [own, { ...shared, value: 'new' }] }).variables.values).toEqual([
      { name: 'Host', change: 'changed', from: { value: 'shared', set: 'mail' }, to: { value: 'new', set: 'mail' } },
    ]);
    expect(compared({ variables: [shared] }, { variables: [own, shared] }).variables.values).toEqual([
      { name: 'Host', change: 'added', to: { value: 'own' } },
    ]);
  });
});
