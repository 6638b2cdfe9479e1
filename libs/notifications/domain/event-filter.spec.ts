import { type EventFilter, matchesFilter } from './event-filter';

const concluded = {
  type: 'DeploymentConcluded',
  stream: 'release-shop@1.0.0',
  data: { deployment: 'd', project: 'shop', version: '1.0.0', environment: 'production' },
};
const matches = (filter: EventFilter, event = concluded) => matchesFilter(filter, event);

describe('a filter of events', () => {
  it('without a list lets everything through', () => expect(matches({})).toBe(true));

  it.each<[EventFilter, boolean]>([
    [{ types: ['ReleaseCreated', 'DeploymentConcluded'] }, true],
    [{ types: ['ReleaseCreated'] }, false],
    [{ projects: ['blog', 'shop'] }, true],
    [{ projects: ['sho'] }, false],
    [{ environments: ['production'] }, true],
    [{ environments: ['staging'] }, false],
    [{ types: ['DeploymentConcluded'], projects: ['shop'], environments: ['production'] }, true],
    [{ types: ['DeploymentConcluded'], projects: ['shop'], environments: ['staging'] }, false],
  ])('%j: %s, since every list must hold, each by one of its members', (filter, expected) => expect(matches(filter)).toBe(expected));

  it.each([
    ['project-shop', { slug: 'shop' }, 'shop', undefined],
    ['environment-production', { slug: 'production' }, undefined, 'production'],
    ['lane-shop@production', { lane: 'shop@production', deployment: 'd' }, 'shop', 'production'],
    ['freeze-christmas', { projects: ['shop', 'blog'], environments: ['production'] }, 'shop', 'production'],
    ['lifecycle-shop', { slug: 'shop', phases: [] }, undefined, undefined],
  ])('knows what an event in %s is about', (stream, data, project, environment) => {
    const event = { type: 'Happened', stream, data: data as never };
    expect(matches({ projects: ['shop'] }, event)).toBe(project !== undefined);
    expect(matches({ environments: ['production'] }, event)).toBe(environment !== undefined);
  });
});
