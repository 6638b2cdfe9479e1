import { Global, Module } from '@nestjs/common';
import type { Slice } from '@slipway/platform';
import { ChangeChannelsHandler } from './commands/change-channels';
import { ChangeProcessHandler } from './commands/change-process';
import { ChangeProjectHandler } from './commands/change-project';
import { ChangeSetVariablesHandler } from './commands/change-set-variables';
import { ChangeVariableSetHandler } from './commands/change-variable-set';
import { ChangeVariablesHandler } from './commands/change-variables';
import { CreateProjectHandler } from './commands/create-project';
import { CreateVariableSetHandler } from './commands/create-variable-set';
import { ProjectsReader } from './contract';
import { projectEvents } from './domain/project.events';
import { variableSetEvents } from './domain/variable-sets/variable-set.events';
import { ProjectsController } from './http/projects.controller';
import { VariableSetsController } from './http/variable-sets.controller';
import { projectList } from './projections/project-list';
import { variableSetList } from './projections/variable-set-list';
import { ExplainVariableHandler } from './queries/explain-variable.query';
import { ListProjectsHandler, ShowProjectHandler } from './queries/projects.query';
import { StoredProjects } from './queries/projects.reader';
import { ListVariableSetsHandler, ShowVariableSetHandler } from './queries/variable-sets.query';

@Global()
@Module({
  controllers: [ProjectsController, VariableSetsController],
  providers: [
    CreateProjectHandler,
    ChangeProjectHandler,
    ChangeChannelsHandler,
    ChangeProcessHandler,
    ChangeVariablesHandler,
    CreateVariableSetHandler,
    ChangeVariableSetHandler,
    ChangeSetVariablesHandler,
    ListVariableSetsHandler,
    ShowVariableSetHandler,
    ListProjectsHandler,
    ShowProjectHandler,
    ExplainVariableHandler,
    { provide: ProjectsReader, useClass: StoredProjects },
  ],
  exports: [ProjectsReader],
})
export class ProjectsModule {}

export const projectsSlice: Slice = {
  module: ProjectsModule,
  events: [projectEvents, variableSetEvents],
  projections: [projectList, variableSetList],
};
