import { Injectable } from '@nestjs/common';
import type { Handled } from '@slipway/kernel';
import { type CommandMessage, DecisionHandler } from '@slipway/platform';
import { type ActiveProject, activeProject, type ProjectState, projectStream } from '../domain/project';
import { type ProjectCommand, projectDecider } from '../domain/project.decider';
import type { ProjectEvent } from '../domain/project.events';

/** A command about one project, answered with the part that it changes. */
@Injectable()
export abstract class ProjectHandler<M extends CommandMessage & { project: string }> extends DecisionHandler<
  M,
  ProjectCommand,
  ProjectState,
  ProjectEvent
> {
  protected readonly decider = projectDecider;
  protected readonly mode = 'existing';

  protected stream({ project }: M): string {
    return projectStream(project);
  }

  protected answer({ state }: Handled<ProjectState>): object {
    return this.part(activeProject(state));
  }

  protected abstract part(project: ActiveProject): object;
}
