import { type Handlers, patched, type Projection, type Recorded, type Rows, type Table } from '@slipway/kernel';
import { deployedBy } from '../domain/process/deployed-projects';
import type { Project } from '../domain/project';
import type { ProjectEvent } from '../domain/project.events';

interface ProjectRow {
  slug: string;
  project: Project;
}

interface DeployedRow {
  project: string;
  deploys: string[];
}

export const projectsTable: Table<ProjectRow> = { name: 'projects', columns: { slug: 'text', project: 'json' }, key: ['slug'] };

/** Which other projects the process of a project deploys. */
export const deployedTable: Table<DeployedRow> = {
  name: 'deployed_projects',
  columns: { project: 'text', deploys: 'json' },
  key: ['project'],
};

export const projectList: Projection = {
  name: 'project_list',
  version: 2,
  tables: [projectsTable, deployedTable],
  on: {
    ProjectCreated: (rows: Rows, { data }) => {
      rows.put(projectsTable, { slug: data.slug, project: data });
      rows.put(deployedTable, { project: data.slug, deploys: [] });
    },
    ProcessChanged: (rows: Rows, { data }) => {
      const deploys = [...new Set(deployedBy(data.steps).map(({ project }) => project))];
      rows.put(deployedTable, { project: data.slug, deploys });
    },
    ProjectChanged: async (rows: Rows, { data }) => {
      const known = await rows.get(projectsTable, data.slug);
      if (known) rows.put(projectsTable, { slug: data.slug, project: patched(known.project, data) });
    },
  } satisfies Handlers<Recorded<ProjectEvent>>,
};
