import { DomainError, type FieldError, refuseFaults } from '@slipway/kernel';
import type { Channel } from './channel';
import { ruleProblems } from './version-rules';

/** Refuses channels that do not fit together. Errors: DomainError `channels.invalid`. */
export function checkChannels(channels: readonly Channel[]): void {
  const errors: FieldError[] = [];
  channels.forEach((channel, at) => {
    if (channels.findIndex(({ slug }) => slug === channel.slug) < at)
      errors.push({ pointer: `/channels/${at}/slug`, message: `there is a channel ${channel.slug} already` });
    for (const { field, message } of ruleProblems(channel)) errors.push({ pointer: `/channels/${at}/${field}`, message });
  });
  const defaults = channels.flatMap((channel, at) => (channel.default ? [at] : []));
  if (defaults.length === 0)
    errors.push({
      pointer: '/channels',
      message: 'one of them must be the default: say "default": true for the channel of releases that name none',
    });
  for (const at of defaults.slice(1))
    errors.push({
      pointer: `/channels/${at}/default`,
      message: `${channels[defaults[0] ?? 0]?.slug} is the default already: only one can be`,
    });
  refuseFaults(errors, 'channels.invalid', 'The channels cannot be saved');
}

/** What names channels: steps, and values of variables by their scope. What was stored before there were channels names none. */
export interface ChannelUses {
  readonly steps: readonly { readonly name: string; readonly channels?: readonly string[] }[];
  readonly variables: readonly { readonly name: string; readonly scope?: { readonly channels?: readonly string[] } }[];
}

/** Refuses to take channels away that the process or the variables name. Errors: DomainError `channels.in-use`. */
export function checkStillThere(channels: readonly Channel[], uses: ChannelUses): void {
  const errors = [
    ...unknownInSteps(uses.steps, channels).map(({ slug, at }) => `channel ${slug} is named by step ${uses.steps[at]?.name}`),
    ...unknownInVariables(uses.variables, channels).map(
      ({ slug, at }) => `channel ${slug} is named by the variable ${uses.variables[at]?.name}`,
    ),
  ].map((message) => ({ pointer: '/channels', message: `${message}: keep it, or change that first` }));
  if (errors.length > 0)
    throw new DomainError('conflict', 'channels.in-use', 'Channels that are in use cannot be taken away: see errors.', {}, errors);
}

/** Refuses a process whose steps are for channels that the project does not have. Errors: DomainError `process.invalid`. */
export function checkStepChannels(steps: ChannelUses['steps'], channels: readonly Channel[]): void {
  const errors = unknownInSteps(steps, channels).map(({ slug, at, place }) => unknown(`/steps/${at}/channels/${place}`, slug));
  refuseFaults(errors, 'process.invalid', 'The process cannot be saved');
}

/** Refuses values for channels that the project does not have: they could never apply. Errors: DomainError `variables.invalid`. */
export function checkVariableChannels(variables: ChannelUses['variables'], channels: readonly Channel[]): void {
  const errors = unknownInVariables(variables, channels).map(({ slug, at, place }) =>
    unknown(`/variables/${at}/scope/channels/${place}`, slug),
  );
  refuseFaults(errors, 'variables.invalid', 'The variables cannot be saved');
}

interface Named {
  readonly slug: string;
  /** Of the step or value, and in its list. */
  readonly at: number;
  readonly place: number;
}

function unknownInSteps(steps: ChannelUses['steps'], channels: readonly Channel[]): Named[] {
  return unknownIn(
    steps.map((step) => step.channels ?? []),
    channels,
  );
}

function unknownInVariables(variables: ChannelUses['variables'], channels: readonly Channel[]): Named[] {
  return unknownIn(
    variables.map(({ scope }) => scope?.channels ?? []),
    channels,
  );
}

function unknownIn(lists: readonly (readonly string[])[], channels: readonly Channel[]): Named[] {
  const known = new Set(channels.map(({ slug }) => slug));
  return lists.flatMap((list, at) => list.flatMap((slug, place) => (known.has(slug) ? [] : [{ slug, at, place }])));
}

function unknown(pointer: string, slug: string): FieldError {
  return { pointer, message: `the project has no channel ${slug}: add it with PUT …/channels first` };
}
