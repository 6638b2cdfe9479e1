import fc from 'fast-check';
import { refusalOf } from '@slipway/kernel/testing';
import { checkDeployedProjects, deployedBy } from './deployed-projects';
import { stepOf } from './step.fixture';

const deploys = (...projects: string[]) =>
  projects.map((project) => stepOf(`Deploy ${project}`, { type: 'deploy-release', input: { project } }));

function errorsOf(project: string, steps: ReturnType<typeof deploys>, others: Record<string, string[]>) {
  const refusal = refusalOf(() => checkDeployedProjects(project, steps, new Map(Object.entries(others))));
  if (refusal) expect(refusal).toMatchObject({ kind: 'invalid', code: 'process.invalid' });
  return refusal?.errors ?? [];
}

describe('a process that deploys other projects', () => {
  it('names them where its steps do', () => {
    expect(deployedBy([stepOf('Build'), ...deploys('api', 'web')])).toEqual([
      { project: 'api', at: 1 },
      { project: 'web', at: 2 },
    ]);
  });

  it('may deploy projects that there are, also one of them twice, or by two ways', () => {
    expect(errorsOf('shop', deploys('api', 'web', 'api'), { api: ['db'], web: ['db'], db: [], shop: [] })).toEqual([]);
  });

  it('cannot deploy a project that there is none of', () => {
    expect(errorsOf('shop', [stepOf('Build'), ...deploys('nothing')], { shop: [] })).toEqual([
      { pointer: '/steps/1/input/project', message: 'there is no project nothing: create it first' },
    ]);
  });

  it('cannot deploy itself, and not even the first time it is saved', () => {
    const before: Record<string, string[]>[] = [{}, { shop: [] }];
    for (const others of before) {
      expect(errorsOf('shop', deploys('shop'), others)).toEqual([
        { pointer: '/steps/0/input/project', message: 'the projects would wait for each other: shop → shop' },
      ]);
    }
  });

  it('cannot deploy what deploys it, however far away: the way is told', () => {
    const others = { shop: [], api: ['db', 'web'], web: ['shop'], db: [] };
    expect(errorsOf('shop', deploys('db', 'api'), others)).toEqual([
      { pointer: '/steps/1/input/project', message: 'the projects would wait for each other: shop → api → web → shop' },
    ]);
  });

  it('may stop to deploy what deploys it: what it deployed before does not count', () => {
    expect(errorsOf('shop', deploys('db'), { shop: ['api'], api: ['shop'], db: [] })).toEqual([]);
  });

  it('saved one after the other, whatever they deploy, projects never wait for each other', () => {
    const names = ['a', 'b', 'c', 'd'];
    const saves = fc.array(fc.record({ project: fc.constantFrom(...names), wants: fc.subarray(names) }), { maxLength: 20 });
    fc.assert(
      fc.property(saves, (all) => {
        const known: Record<string, string[]> = Object.fromEntries(names.map((name) => [name, []]));
        for (const { project, wants } of all) if (errorsOf(project, deploys(...wants), known)?.length === 0) known[project] = wants;
        // Slowly: nobody is found on any way from it.
        const reached = (from: string, seen: readonly string[]): boolean =>
          known[from]!.some((next) => seen.includes(next) || reached(next, [...seen, next]));
        expect(names.filter((name) => reached(name, [name]))).toEqual([]);
      }),
      { seed: Number(process.env['SEED'] ?? 20_260_105), numRuns: 200 },
    );
  });
});
