import type { Template } from './template';
import { targets } from './template-targets';
import { nameKey } from './variable';

/** What a deployment tells its steps. */
export const DEPLOYMENT_NAMES = [
  'Slipway.Project',
  'Slipway.Release',
  'Slipway.Release.Channel',
  'Slipway.Environment',
  'Slipway.Deployment',
  'Slipway.Deployment.Error',
] as const;
export type DeploymentName = (typeof DEPLOYMENT_NAMES)[number];

const NUMBERS = ['LastMajor', 'NextMajor', 'LastMinor', 'NextMinor', 'LastPatch', 'NextPatch', 'LastSuffix'];

/** What version templates, and the variables in them, are told. */
export const VERSION_NAMES: readonly string[] = [
  ...['Slipway.Version', 'Slipway.Version.Channel'].flatMap((of) => NUMBERS.map((name) => `${of}.${name}`)),
  ...['Year', 'Month', 'Day'].map((name) => `Slipway.Date.${name}`),
  'Slipway.Release.Channel',
];

/** Variables are read by both. */
export const ALL_NAMES: readonly string[] = [...new Set([...DEPLOYMENT_NAMES, ...VERSION_NAMES])];

/**
 * What is wrong with a text that asks for a name under `Slipway.` that nobody gives: it would always be empty. Names put together from values are not known yet.
 */
export function unknownNameProblem(template: Template, known: readonly string[]): string | undefined {
  for (const target of targets(template))
    if ('exact' in target && target.exact.startsWith('SLIPWAY.') && !known.some((name) => nameKey(name) === target.exact))
      return `there is no ${target.written}: Slipway gives ${known.join(', ')}, and in each Slipway.Template.Each.Index, First and Last`;
  return undefined;
}
