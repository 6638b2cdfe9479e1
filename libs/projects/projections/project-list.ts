import { type Handlers, patched, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import type { Project } from '../domain/project';
import type { ProjectEvent } from '../domain/project.events';

interface ProjectRow {
  slug: string;
  project: Project;
}

export const projectsTable: Table<ProjectRow> = { name: 'projects', columns: { slug: 'text', project: 'json' }, key: ['slug'] };

export const projectList: Projection = {
  name: 'project_list',
  version: 1,
  tables: [projectsTable],
  on: {
    ProjectCreated: (rows: Rows, { data }) => rows.put(projectsTable, { slug: data.slug, project: data }),
    ProjectChanged: async (rows: Rows, { data }) => {
      const known = await rows.get(projectsTable, data.slug);
      if (known) rows.put(projectsTable, { slug: data.slug, project: patched(known.project, data) });
    },
  } satisfies Handlers<Recorded<ProjectEvent>>,
};
