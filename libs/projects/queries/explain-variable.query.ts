import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { EnvironmentsReader } from '@slipway/environments/contract';
import { defined, Streams } from '@slipway/kernel';
import { type Answer, IsSlug, IsText, misfit, MomentQuery, NotYet, Optional, ReadModels } from '@slipway/platform';
import { channelOf } from '../domain/channels/channel';
import { stepNamed } from '../domain/process/step';
import { type ActiveProject, activeProject, projectStream } from '../domain/project';
import { projectDecider } from '../domain/project.decider';
import { explain } from '../domain/variables/explain';
import type { VariableContext } from '../domain/variables/variable';
import { projectWithSets } from './project-with-sets';

/** Which variable, and in which context. */
export class ExplainQuery extends MomentQuery {
  @IsText(1, 200) name!: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @IsText(1, 100) role?: string;
  @Optional() @IsText(1, 100) step?: string;
  @Optional() @IsSlug() channel?: string;
  @Optional() @NotYet() circle?: never;
}

export class ExplainVariable {
  constructor(
    readonly slug: string,
    readonly query: ExplainQuery,
  ) {}
}

/** Every value of the variable in a context, now or as it stood, those of the project's sets too. */
@QueryHandler(ExplainVariable)
export class ExplainVariableHandler implements IQueryHandler<ExplainVariable> {
  constructor(
    private readonly models: ReadModels,
    private readonly streams: Streams,
    private readonly environments: EnvironmentsReader,
  ) {}

  /** Errors: DomainError `project.not-found`, `request.invalid` for an environment, step or channel that there is not. */
  execute({ slug, query }: ExplainVariable): Promise<Answer<unknown>> {
    return this.models.foldedAsOf(query, async (moment) => {
      const { state, version } = await this.streams.existing(projectDecider, projectStream(slug), moment?.position);
      const project = activeProject(state);
      const context = contextOf(query, project);
      await this.checkEnvironment(query);
      const { variables } = await projectWithSets(this.streams, project, moment?.position);
      return { body: explain(variables.variables, query.name, context), version };
    });
  }

  private async checkEnvironment({ environment }: ExplainQuery): Promise<void> {
    const faults = environment === undefined ? [] : await this.environments.faults([['?environment', environment]]);
    if (faults.length > 0) throw misfit(faults);
  }
}

/** As for the worker, the roles are those of the step, unless one is asked for. */
function contextOf(
  { environment, role, step: name, channel }: ExplainQuery,
  { project, process, channels }: ActiveProject,
): VariableContext {
  const step = name === undefined ? undefined : stepNamed(process.steps, name);
  const faults = [];
  if (name !== undefined && !step) faults.push({ pointer: '?step', message: `project ${project.slug} has no step ${name}` });
  if (channel !== undefined && !channelOf(channels.channels, channel))
    faults.push({ pointer: '?channel', message: `project ${project.slug} has no channel ${channel}` });
  if (faults.length > 0) throw misfit(faults);
  const roles = role === undefined ? (step?.roles ?? []) : [role];
  return { ...defined({ environment, step: name, channel }), roles };
}
