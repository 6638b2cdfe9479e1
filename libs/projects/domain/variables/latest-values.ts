import { type DomainError, isDomainError } from '@slipway/kernel';
import type { VariableResolver } from './resolver';

/** Every value of a context, and what became empty text in them. */
export interface ContextValues {
  readonly values: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/**
 * The values of the context asked for last. The steps of a parallel group mostly share one, and a value that is too much for one step is for all of them: so the
 * work is done, or given up, once.
 */
export class LatestValues {
  private latest?: { readonly resolver: VariableResolver; readonly outcome: ContextValues | DomainError };

  /** Of a resolver that was not asked for anything yet. Errors: those of VariableResolver. */
  of(resolver: VariableResolver): ContextValues {
    if (!this.latest?.resolver.agreesWith(resolver)) this.latest = { resolver, outcome: outcomeOf(resolver) };
    const { outcome } = this.latest;
    if (isDomainError(outcome)) throw outcome;
    return outcome;
  }
}

function outcomeOf(resolver: VariableResolver): ContextValues | DomainError {
  try {
    return { values: resolver.all(), warnings: resolver.warnings };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return error;
  }
}
