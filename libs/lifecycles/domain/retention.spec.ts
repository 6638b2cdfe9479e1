import { keepsAll, retentionFrom, retentionOf, retentionProblem } from './retention';

const phase = (name: string, more: object = {}) => ({
  name,
  environments: [{ environment: name, automatic: false }],
  optional: false,
  ...more,
});

describe('the rule of retention of a phase', () => {
  it('is its own, else that of the lifecycle, else to keep all', () => {
    const phases = [phase('build', { retention: { days: 7 } }), phase('live')];
    expect(retentionOf({ phases }, 'build')).toEqual({ days: 7 });
    expect(retentionOf({ phases }, 'live')).toEqual({ keep: 'all' });
    const retention = { releases: 20 };
    expect(['build', 'live', 'gone'].map((name) => retentionOf({ phases, retention }, name))).toEqual([{ days: 7 }, retention, retention]);
  });

  it('says exactly one of the three', () => {
    expect(retentionFrom({ keep: 'all' })).toEqual({ keep: 'all' });
    expect(retentionFrom({ releases: 3 })).toEqual({ releases: 3 });
    expect(retentionFrom({ days: 3 })).toEqual({ days: 3 });
    for (const fine of [undefined, null, { keep: 'all' as const }, { releases: 1 }])
      expect(retentionProblem(fine, '/retention')).toBeUndefined();
    for (const wrong of [{}, { releases: 1, days: 1 }, { keep: 'all' as const, days: 1 }])
      expect(retentionProblem(wrong, '/retention')).toMatchObject({ pointer: '/retention' });
  });

  it('takes nothing away where none or all are to be kept', () => {
    expect(keepsAll({ phases: [phase('build')] })).toBe(true);
    expect(keepsAll({ phases: [phase('build', { retention: { keep: 'all' } })] })).toBe(true);
    expect(keepsAll({ phases: [phase('build', { retention: { days: 1 } })] })).toBe(false);
    expect(keepsAll({ phases: [], retention: { releases: 1 } })).toBe(false);
  });
});
