import type { Step } from './step';

/** A step as it is stored when nothing but its name is said. */
export function stepOf(name: string, overrides: Partial<Step> = {}): Step {
  const flow = { condition: 'success' as const, start: 'after-previous' as const, required: false };
  const scope = { roles: [], environments: [], excludeEnvironments: [], channels: [] };
  return { name, type: 'script', input: { run: 'true' }, ...flow, ...scope, ...overrides };
}
