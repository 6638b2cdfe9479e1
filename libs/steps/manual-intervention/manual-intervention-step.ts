import type { StepType } from '@slipway/kernel';
import { MayBeAbsent, Rule } from '../input-rule';

const MAX_INSTRUCTIONS = 16_000;
const MAX_RESPONSIBLE = 200;

function faultOfText(max: number) {
  return (value: unknown): string | undefined => {
    if (typeof value !== 'string' || value.trim() === '') return 'must be a text that is not blank';
    return value.length > max ? `is ${value.length} characters long, at most ${max} are allowed` : undefined;
  };
}

/** Input of the step type `manual-intervention`. */
export class ManualInterventionInput {
  /** What the person is to look at or do; `#{…}` in it is expanded. Markdown. */
  @Rule('isInstructions', { type: 'string', minLength: 1, maxLength: MAX_INSTRUCTIONS }, faultOfText(MAX_INSTRUCTIONS))
  instructions!: string;

  /** Who should answer: told to everybody, not enforced while there is no access control. */
  @MayBeAbsent()
  @Rule('isResponsible', { type: 'string', minLength: 1, maxLength: MAX_RESPONSIBLE }, faultOfText(MAX_RESPONSIBLE))
  responsible?: string;
}

/** Asks a person, and waits for the answer: the deployment keeps its lane and holds no worker meanwhile. */
export class ManualInterventionStep implements StepType {
  readonly name = 'manual-intervention';
  readonly inputClass = ManualInterventionInput;

  readonly expandInput = (input: object, expand: (text: string, pointer: string) => string): object => {
    const { instructions, responsible } = input as ManualInterventionInput;
    return {
      instructions: expand(instructions, '/instructions'),
      ...(responsible === undefined ? {} : { responsible: expand(responsible, '/responsible') }),
    };
  };
}
