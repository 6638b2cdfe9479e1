import { IsIn } from 'class-validator';
import { MayBeAbsent, Rule } from '../input-rule';

/** The longest script, bytes of UTF-8. */
export const MAX_SCRIPT_BYTES = 128 * 1024;

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const ENVIRONMENT_SCHEMA = {
  type: 'object',
  propertyNames: { pattern: '^(?!SLIPWAY_)[A-Za-z_][A-Za-z0-9_]{0,254}$' },
  additionalProperties: { type: 'string' },
};

/** What is wrong with a script's text; undefined for nothing. */
function faultOfScript(run: unknown): string | undefined {
  if (typeof run !== 'string') return 'must be a text: the script to run';
  if (run === '') return 'must not be empty: write the script to run';
  if (run.includes('\0')) return 'must not contain the character NUL';
  const bytes = Buffer.byteLength(run);
  if (bytes > MAX_SCRIPT_BYTES)
    return `is ${bytes} bytes long, at most ${MAX_SCRIPT_BYTES} are allowed: put the rest into a file that the script fetches`;
  return undefined;
}

/** What is wrong with the environment of a script; undefined for nothing. */
function faultOfEnvironment(env: unknown): string | undefined {
  if (typeof env !== 'object' || env === null || Array.isArray(env)) return 'must be an object of texts, like { "NAME": "text" }';
  for (const [name, value] of Object.entries(env)) {
    const shown = JSON.stringify(name.slice(0, 80));
    if (!ENVIRONMENT_NAME.test(name)) return `has the name ${shown}: use letters, digits and _, not beginning with a digit`;
    if (name.startsWith('SLIPWAY_')) return `has the name ${shown}: names beginning with SLIPWAY_ are set by Slipway`;
    if (typeof value !== 'string') return `needs a text as value of ${shown}: put it in quotes`;
    if (value.includes('\0')) return `has the character NUL in the value of ${shown}`;
  }
  return undefined;
}

/** Input of the step type `script`. */
export class ScriptInput {
  /** The script's text, never expanded: values reach it as environment variables. */
  @Rule('isScript', { type: 'string', minLength: 1, maxLength: MAX_SCRIPT_BYTES }, faultOfScript)
  run!: string;

  /** Which shell reads it; default `bash`. */
  @MayBeAbsent()
  @IsIn(['bash', 'sh'], { message: "shell must be 'bash' or 'sh'" })
  shell?: 'bash' | 'sh';

  /** Further environment variables; `#{…}` in their values is expanded. */
  @MayBeAbsent()
  @Rule('isScriptEnvironment', ENVIRONMENT_SCHEMA, faultOfEnvironment)
  env?: Record<string, string>;
}
