import { ValidateBy } from 'class-validator';

const WORDS = ['success', 'failure', 'always'];
const MAX_EXPRESSION = 4_000;

const SCHEMA = {
  anyOf: [
    { type: 'string', enum: WORDS },
    {
      type: 'object',
      properties: { expression: { type: 'string', minLength: 1, maxLength: MAX_EXPRESSION } },
      required: ['expression'],
      additionalProperties: false,
    },
  ],
};

function isExpression(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'expression') return false;
  const { expression } = value as { expression: unknown };
  return typeof expression === 'string' && expression.trim() !== '' && expression.length <= MAX_EXPRESSION;
}

/** When a step runs: one of three words, or an expression over variables and outputs. */
export function IsRunCondition() {
  return ValidateBy({
    name: 'isRunCondition',
    constraints: [SCHEMA],
    validator: {
      validate: (value) => WORDS.includes(value as string) || isExpression(value),
      defaultMessage: () => `must be one of ${WORDS.join(', ')}, or { "expression": "…" } with at most ${MAX_EXPRESSION} characters`,
    },
  });
}
