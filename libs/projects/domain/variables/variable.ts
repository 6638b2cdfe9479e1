/** Where a value applies: any entry of a list (OR), and every list (AND). A list that is absent or empty asks for nothing. */
export interface VariableScope {
  readonly environments?: readonly string[];
  readonly roles?: readonly string[];
  readonly steps?: readonly string[];
  readonly channels?: readonly string[];
}

/** One value of a variable, as stored in events. Several entries may share a name: their scopes tell which applies. */
export interface Variable {
  readonly name: string;
  /** Text in which `#{Name}` is expanded when it is used. */
  readonly value: string;
  readonly scope?: VariableScope;
  /** Asked for when a deployment is scheduled; `value` is what it has unless somebody answers. */
  readonly prompt?: VariablePrompt;
  /** The variable set that it came from; absent: the project. */
  readonly set?: string;
}

export const PROMPT_CONTROLS = ['text', 'multiline', 'select', 'checkbox'] as const;
export type PromptControl = (typeof PROMPT_CONTROLS)[number];

export interface VariablePrompt {
  /** The question. One name has one label, and a label belongs to one name, whatever the case. */
  readonly label: string;
  readonly required: boolean;
  readonly control: PromptControl;
  /** What a `select` offers. */
  readonly options?: readonly string[];
}

/** What is known where a variable is used. A value scoped by something the context lacks does not apply. */
export interface VariableContext {
  readonly environment?: string;
  /** The step's roles, until there are deployment targets. The order counts only between values for different roles (see scope.ts). */
  readonly roles: readonly string[];
  readonly step?: string;
  readonly channel?: string;
}

export const MAX_VARIABLES = 2_000;
export const MAX_VARIABLES_BYTES = 256 * 1024;
export const MAX_NAME_LENGTH = 200;
/** Longer than any variable's name: those of outputs hold a step's name too. A longer one is nobody's. */
export const MAX_REFERENCE_LENGTH = 300;

/**
 * Names that differ only in case are one name: of variables, of steps, and entries of scopes. Upper case, because it is the folding that `SLIPWAY_VAR_<NAME>` uses and because
 * it does not depend on neighbouring letters (lower case does, for a final sigma), so a name put together from pieces folds as its pieces do.
 */
export function nameKey(name: string): string {
  return name.toUpperCase();
}
