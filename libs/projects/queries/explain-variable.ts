import { defined } from '@slipway/kernel';
import { IsSlug, IsText, MomentQuery, NotYet, Optional } from '@slipway/platform';
import { stepNamed } from '../domain/process/step';
import type { ActiveProject } from '../domain/project';
import { explain, type Explain } from '../domain/variables/explain';

/** Which variable, and in which context. */
export class ExplainQuery extends MomentQuery {
  @IsText(1, 200) name!: string;
  @Optional() @IsSlug() environment?: string;
  @Optional() @IsText(1, 100) role?: string;
  @Optional() @IsText(1, 100) step?: string;
  @Optional() @IsSlug() channel?: string;
  @Optional() @NotYet() circle?: never;
}

/** Every value of the variable in that context. As for the worker, the roles are those of the step, unless one is asked for. */
export function explainVariable({ name, environment, step, channel, role }: ExplainQuery, { process, variables }: ActiveProject): Explain {
  const roles = role === undefined ? ((step === undefined ? undefined : stepNamed(process.steps, step))?.roles ?? []) : [role];
  return explain(variables.variables, name, { ...defined({ environment, step, channel }), roles });
}
