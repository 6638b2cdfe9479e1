import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { recorded } from '@slipway/kernel/testing';
import { logOf, projectionRows } from '@slipway/kernel/testing/projection-spec';
import { type ProjectEvent, projectEvents } from '../domain/project.events';
import { projectList, projectsTable } from './project-list';

async function shown(...events: ProjectEvent[]) {
  const rows = await projectionRows(projectList, projectsTable, logOf(recorded(events)), () => new SqliteReadStore(':memory:'));
  return rows.map(({ project }) => project);
}

describe('the list of projects', () => {
  const { ProjectCreated, ProcessChanged, VariablesChanged } = projectEvents.entries;
  const created: ProjectEvent = { type: 'ProjectCreated', data: ProjectCreated.sample };

  it('shows a project without its process and its variables', async () => {
    const others: ProjectEvent[] = [
      { type: 'ProcessChanged', data: ProcessChanged.sample },
      { type: 'VariablesChanged', data: VariablesChanged.sample },
    ];
    expect(await shown(created, ...others)).toEqual([ProjectCreated.sample]);
  });

  it('changes what a change names, and takes away what it sets to null', async () => {
    const changed: ProjectEvent = { type: 'ProjectChanged', data: { slug: 'shop', description: null, lifecycle: 'web' } };
    const { description: _, ...kept } = ProjectCreated.sample;
    expect(await shown(created, changed)).toEqual([{ ...kept, lifecycle: 'web' }]);
  });
});
