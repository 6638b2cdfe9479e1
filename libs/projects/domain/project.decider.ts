import { type Command, contentHash, type Decider, effectivePatch, type Patch } from '@slipway/kernel';
import type { Channel } from './channels/channel';
import { checkChannels, checkStepChannels, checkStillThere, checkVariableChannels } from './channels/check-channels';
import { checkProcess } from './process/check-process';
import { checkDeployedProjects, type DeployedProjects } from './process/deployed-projects';
import type { Step } from './process/step';
import { type ActiveProject, evolveProject, initialProject, type Project, type ProjectState } from './project';
import type { ProjectEvent } from './project.events';
import type { Variable } from './variables/variable';
import { checkVariables } from './variables/variable-set';
import { checkVersionTemplate } from './versions/version-template';

export interface CreateProjectCommand extends Command {
  readonly type: 'CreateProject';
  readonly data: Project;
}

export interface ChangeProjectCommand extends Command {
  readonly type: 'ChangeProject';
  readonly data: Patch<Omit<Project, 'slug' | 'lifecycle'>> & { readonly lifecycle?: string };
}

export interface ChangeProcessCommand extends Command {
  readonly type: 'ChangeProcess';
  /** `others`: what the processes of all other projects deploy. */
  readonly data: { readonly steps: readonly Step[]; readonly others: DeployedProjects };
}

export interface ChangeVariablesCommand extends Command {
  readonly type: 'ChangeVariables';
  readonly data: { readonly variables: readonly Variable[] };
}

export interface ChangeChannelsCommand extends Command {
  readonly type: 'ChangeChannels';
  readonly data: { readonly channels: readonly Channel[] };
}

export type ProjectCommand =
  CreateProjectCommand | ChangeProjectCommand | ChangeProcessCommand | ChangeVariablesCommand | ChangeChannelsCommand;

function create({ data }: CreateProjectCommand): ProjectEvent[] {
  if (data.versionTemplate !== undefined) checkVersionTemplate(data.versionTemplate, []);
  return [{ type: 'ProjectCreated', data }];
}

function change({ data }: ChangeProjectCommand, { project, variables }: ActiveProject): ProjectEvent[] {
  if (typeof data.versionTemplate === 'string') checkVersionTemplate(data.versionTemplate, variables.variables);
  const patch = effectivePatch<Omit<Project, 'slug'>>(project, data);
  return patch ? [{ type: 'ProjectChanged', data: { slug: project.slug, ...(patch as ChangeProjectCommand['data']) } }] : [];
}

function changeProcess({ data: { steps, others } }: ChangeProcessCommand, { project, process, channels }: ActiveProject): ProjectEvent[] {
  checkProcess(steps);
  checkDeployedProjects(project.slug, steps, others);
  checkStepChannels(steps, channels.channels);
  const hash = contentHash(steps);
  if (hash === process.hash) return [];
  return [{ type: 'ProcessChanged', data: { slug: project.slug, revision: process.revision + 1, hash, steps } }];
}

function changeVariables({ data: { variables } }: ChangeVariablesCommand, state: ActiveProject): ProjectEvent[] {
  checkVariables(variables);
  checkVariableChannels(variables, state.channels.channels);
  const hash = contentHash(variables);
  if (hash === state.variables.hash) return [];
  return [{ type: 'VariablesChanged', data: { slug: state.project.slug, revision: state.variables.revision + 1, hash, variables } }];
}

function changeChannels({ data: { channels } }: ChangeChannelsCommand, state: ActiveProject): ProjectEvent[] {
  checkChannels(channels);
  checkStillThere(channels, { steps: state.process.steps, variables: state.variables.variables });
  const hash = contentHash(channels);
  if (hash === state.channels.hash) return [];
  return [{ type: 'ChannelsChanged', data: { slug: state.project.slug, revision: state.channels.revision + 1, hash, channels } }];
}

export const projectDecider: Decider<ProjectCommand, ProjectState, ProjectEvent> = {
  category: 'project',
  initialState: initialProject,
  evolve: evolveProject,
  decide(command, state) {
    if (command.type === 'CreateProject') return create(command);
    if (state.status === 'none') return [];
    switch (command.type) {
      case 'ChangeProject':
        return change(command, state);
      case 'ChangeProcess':
        return changeProcess(command, state);
      case 'ChangeVariables':
        return changeVariables(command, state);
      case 'ChangeChannels':
        return changeChannels(command, state);
      default:
        return command satisfies never;
    }
  },
};
