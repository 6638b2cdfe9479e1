import { deciderSpec, refusalOf } from '@slipway/kernel/testing';
import { lifecycleDecider } from './lifecycle.decider';
import type { LifecycleEvent, Phase } from './lifecycle.events';

const { given } = deciderSpec(lifecycleDecider);

function phase(name: string, environments: readonly string[], minimum?: number): Phase {
  return {
    name,
    environments: environments.map((environment) => ({ environment, automatic: false })),
    ...(minimum === undefined ? {} : { minimum }),
    optional: false,
  };
}

const PHASES = [phase('Build', ['development']), phase('Try', ['staging', 'qa'], 1), phase('Live', ['production'])];
const created: LifecycleEvent = { type: 'LifecycleCreated', data: { slug: 'web', name: 'Web shops', phases: PHASES } };

/** Pointers of the errors that these phases are refused with. */
function pointers(phases: readonly Phase[]): string[] {
  const refusal = refusalOf(() =>
    given()
      .when({ type: 'CreateLifecycle', data: { slug: 'web', phases } })
      .decided(),
  );
  if (refusal) expect(refusal).toMatchObject({ kind: 'invalid', code: 'lifecycle.invalid' });
  return refusal?.errors.map(({ pointer }) => pointer) ?? [];
}

describe('a lifecycle', () => {
  it('is created with its phases in order', () => {
    given()
      .when({ type: 'CreateLifecycle', data: { slug: 'web', name: 'Web shops', phases: PHASES } })
      .then([created]);
  });

  it('may have no phases: then each environment is one', () => {
    given()
      .when({ type: 'CreateLifecycle', data: { slug: 'default', phases: [] } })
      .then([{ type: 'LifecycleCreated', data: { slug: 'default', phases: [] } }]);
  });

  it('refuses two phases of one name, whatever the case', () => {
    expect(pointers([phase('Build', ['development']), phase('Live', ['production']), phase('BUILD', ['qa'])])).toEqual(['/phases/2/name']);
  });

  it('refuses an environment in two phases, and twice in one', () => {
    expect(pointers([phase('Build', ['development']), phase('Try', ['staging', 'development'])])).toEqual([
      '/phases/1/environments/1/environment',
    ]);
    expect(pointers([phase('Build', ['development', 'development'])])).toEqual(['/phases/0/environments/1/environment']);
  });

  it('refuses a minimum that the phase could never meet, and takes one of all its environments', () => {
    expect(pointers([phase('Try', ['staging', 'qa'], 3)])).toEqual(['/phases/0/minimum']);
    expect(pointers([phase('Try', ['staging', 'qa'], 2)])).toEqual([]);
  });

  it('holds at most 200 environments in all its phases, so that a release that freezes it fits one append', () => {
    const spread = (count: number) => Array.from({ length: count / 2 }, (_, index) => phase(`Phase ${index}`, [`a${index}`, `b${index}`]));
    expect(pointers(spread(200))).toEqual([]);
    expect(pointers([...spread(200), phase('Last', ['production'])])).toEqual(['/phases']);
  });

  it('names everything that is wrong at once', () => {
    expect(pointers([phase('Try', ['staging'], 2), phase('try', ['staging'])])).toEqual([
      '/phases/0/minimum',
      '/phases/1/name',
      '/phases/1/environments/0/environment',
    ]);
  });

  it('has its phases replaced as a whole', () => {
    const phases = [phase('Only', ['production'])];
    given(created)
      .when({ type: 'ChangeLifecycle', data: { phases } })
      .then([{ type: 'LifecycleChanged', data: { slug: 'web', phases } }]);
  });

  it('checks changed phases like new ones, and stays as it was', () => {
    given(created)
      .when({ type: 'ChangeLifecycle', data: { phases: [phase('A', ['x']), phase('a', ['y'])] } })
      .refused('lifecycle.invalid');
  });

  it('is left with no phases by null', () => {
    given(created)
      .when({ type: 'ChangeLifecycle', data: { phases: null } })
      .then([{ type: 'LifecycleChanged', data: { slug: 'web', phases: [] } }]);
  });

  it('loses its name by null and keeps its phases', () => {
    expect(given(created, { type: 'LifecycleChanged', data: { slug: 'web', name: null } }).state()).toEqual({
      status: 'active',
      lifecycle: { slug: 'web', phases: PHASES },
    });
  });

  it('records nothing when a change says what holds already, in whatever order of keys', () => {
    const reordered = PHASES.map(({ name, environments, minimum, optional }) => ({
      optional,
      ...(minimum === undefined ? {} : { minimum }),
      environments: environments.map(({ environment, automatic }) => ({ automatic, environment })),
      name,
    }));
    given(created)
      .when({ type: 'ChangeLifecycle', data: { name: 'Web shops', phases: reordered } })
      .then([]);
  });

  it('that does not exist is not changed', () => {
    given()
      .when({ type: 'ChangeLifecycle', data: { name: 'x' } })
      .then([]);
  });
});
