import type { Step } from '@slipway/projects/contract';
import { planned } from './plan';

const WHERE = { environment: 'staging', channel: 'default', excluded: [] };

function step(overrides: Partial<Step> = {}): Step {
  const flow = { condition: 'success' as const, start: 'after-previous' as const, required: false };
  const scope = { roles: [], environments: [], excludeEnvironments: [], channels: [] };
  return { name: 'Deploy', type: 'script', input: {}, ...flow, ...scope, ...overrides };
}

describe('a step as a deployment plans it', () => {
  it('runs in the default pool and has an hour, unless it says otherwise', () => {
    expect(planned(step(), WHERE)).toEqual({
      ...{ name: 'Deploy', type: 'script', pool: 'default', timeoutMs: 3_600_000 },
      ...{ required: false, condition: 'success', start: 'after-previous', excluded: false },
    });
    expect(planned(step({ pool: 'linux', timeout: 'PT5M' }), WHERE)).toMatchObject({ pool: 'linux', timeoutMs: 300_000 });
  });

  it.each(['manual-intervention', 'deploy-release'])('of type %s has no time limit of its own', (type) => {
    expect(planned(step({ type }), WHERE)).not.toHaveProperty('timeoutMs');
    expect(planned(step({ type, timeout: 'P2D' }), WHERE)).toMatchObject({ timeoutMs: 172_800_000 });
  });

  it('counts the delay of its retries in milliseconds', () => {
    const retries = { attempts: 3, delay: 'PT1M', backoff: 2 };
    expect(planned(step({ retries }), WHERE).retries).toEqual({ attempts: 3, delayMs: 60_000, backoff: 2 });
  });

  it('is excluded where the deployment says so', () => {
    expect(planned(step(), { ...WHERE, excluded: ['Deploy'] }).excluded).toBe(true);
  });

  it.each<[string, Partial<Step>, string | undefined]>([
    ['for every environment', {}, undefined],
    ['for this environment', { environments: ['staging', 'production'] }, undefined],
    ['for another environment', { environments: ['production'] }, 'not-this-environment'],
    ['for all but this environment', { excludeEnvironments: ['staging'] }, 'not-this-environment'],
    ['for all but another environment', { excludeEnvironments: ['production'] }, undefined],
    ['for releases of this channel', { channels: ['default', 'beta'] }, undefined],
    ['for releases of another channel', { channels: ['beta'] }, 'not-this-channel'],
    ['for neither this environment nor this channel', { environments: ['production'], channels: ['beta'] }, 'not-this-environment'],
  ])('that is %s is skipped only if it is not for here', (_what, scope, code) => {
    expect(planned(step(scope), WHERE).skip?.code).toBe(code);
  });
});
