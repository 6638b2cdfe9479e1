import { type FieldError, refuseFaults, type Streams } from '@slipway/kernel';
import { IsSlug, Optional } from '@slipway/platform';
import { ArrayMaxSize, ArrayUnique, IsArray } from 'class-validator';
import { variableSetStream } from '../domain/variable-sets/variable-set';
import { variableSetDecider } from '../domain/variable-sets/variable-set.decider';
import { applyDecorators } from '@nestjs/common';

/** How many sets a project may include. */
const MAX_SETS = 50;

/** Slugs of variable sets, in the order in which they count. */
export function AreVariableSets() {
  return applyDecorators(
    Optional(),
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(MAX_SETS),
    ArrayUnique({ message: 'must not repeat itself' }),
    IsSlug(true),
  );
}

/** Errors: DomainError `project.unknown-variable-set`. */
export async function checkVariableSets(slugs: readonly string[] = [], streams: Streams): Promise<void> {
  const errors: FieldError[] = [];
  for (const [at, slug] of slugs.entries()) {
    const { state } = await streams.load(variableSetDecider, variableSetStream(slug));
    if (state.status === 'none')
      errors.push({ pointer: `/variableSets/${at}`, message: `there is no variable set ${slug}: create it first` });
  }
  refuseFaults(errors, 'project.unknown-variable-set', 'The project cannot be saved');
}
