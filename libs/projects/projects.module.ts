import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { ChangeChannelsHandler } from './commands/change-channels';
import { ChangeProcessHandler } from './commands/change-process';
import { ChangeProjectHandler } from './commands/change-project';
import { ChangeVariablesHandler } from './commands/change-variables';
import { CreateProjectHandler } from './commands/create-project';
import { ProjectsReader } from './contract';
import { projectEvents } from './domain/project.events';
import { ProjectsController } from './http/projects.controller';
import { projectList } from './projections/project-list';
import { ListProjectsHandler, ShowProjectHandler } from './queries/projects.query';
import { StoredProjects } from './queries/projects.reader';

export const projectsSlice: Slice = { events: [projectEvents], projections: [projectList] };

@Global()
@Module({
  controllers: [ProjectsController],
  providers: [
    CreateProjectHandler,
    ChangeProjectHandler,
    ChangeChannelsHandler,
    ChangeProcessHandler,
    ChangeVariablesHandler,
    ListProjectsHandler,
    ShowProjectHandler,
    { provide: ProjectsReader, useClass: StoredProjects },
  ],
  exports: [ProjectsReader],
})
export class ProjectsModule {}
