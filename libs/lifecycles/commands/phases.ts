import { defined, refuseFaults } from '@slipway/kernel';
import type { EnvironmentsReader } from '@slipway/environments/contract';
import { IsListOf, IsPart, IsSlug, IsText, IsTrueOrFalse, IsWholeNumber, Optional } from '@slipway/platform';
import { ArrayMinSize, IsIn } from 'class-validator';
import type { Phase } from '../domain/lifecycle.events';
import { type AskedRetention, retentionFrom, retentionProblem } from '../domain/retention';

/** Of one phase. */
const MAX_ENVIRONMENTS = 50;

export class PhaseEnvironmentInput {
  @IsSlug() environment!: string;
  @Optional() @IsTrueOrFalse() automatic?: boolean;
}

/** One of the three. */
export class RetentionInput implements AskedRetention {
  @Optional() @IsIn(['all'], { message: 'must be all' }) keep?: 'all';

  @Optional() @IsWholeNumber(1, 1_000_000) releases?: number;

  @Optional() @IsWholeNumber(1, 36_500) days?: number;
}

export class PhaseInput {
  @IsText(1, 100) name!: string;

  @IsListOf(PhaseEnvironmentInput, MAX_ENVIRONMENTS, 'environments')
  @ArrayMinSize(1, { message: 'must name at least one environment' })
  environments!: PhaseEnvironmentInput[];

  @Optional() @IsWholeNumber(1, MAX_ENVIRONMENTS) minimum?: number;
  @Optional() @IsTrueOrFalse() optional?: boolean;
  @Optional() @IsPart(RetentionInput) retention?: RetentionInput;
}

export const MAX_PHASES = 50;

/** The phases as they are stored. Errors: DomainError `lifecycle.unknown-environment` naming every unknown one. */
export async function phasesFrom(inputs: readonly PhaseInput[], environments: EnvironmentsReader): Promise<Phase[]> {
  const named = inputs.flatMap((phase, at) =>
    phase.environments.map(({ environment }, place) => [`/phases/${at}/environments/${place}/environment`, environment] as const),
  );
  refuseFaults(await environments.faults(named), 'lifecycle.unknown-environment', 'The lifecycle cannot be saved');
  return inputs.map((phase) =>
    defined({
      name: phase.name,
      environments: phase.environments.map(({ environment, automatic }) => ({ environment, automatic: automatic ?? false })),
      minimum: phase.minimum,
      optional: phase.optional ?? false,
      retention: phase.retention && retentionFrom(phase.retention),
    }),
  );
}

/** Errors: DomainError `lifecycle.invalid` with every rule that says none or more than one of the three. */
export function checkRetentions(retention: RetentionInput | null | undefined, phases: readonly PhaseInput[]): void {
  const problems = [
    retentionProblem(retention, '/retention'),
    ...phases.map((phase, at) => retentionProblem(phase.retention, `/phases/${at}/retention`)),
  ];
  const errors = problems.filter((problem) => problem !== undefined);
  refuseFaults(errors, 'lifecycle.invalid', 'The lifecycle cannot be saved');
}
