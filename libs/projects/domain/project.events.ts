import type { DomainEvent, EventEntries } from '@slipway/kernel';
import type { Channel } from './channels/channel';
import { completeStep, type Step } from './process/step';
import type { Variable } from './variables/variable';

export interface ProjectCreated extends DomainEvent {
  readonly type: 'ProjectCreated';
  readonly data: {
    slug: string;
    name?: string;
    description?: string;
    lifecycle: string;
    versionTemplate?: string;
    supersedeQueued?: boolean;
    variableSets?: readonly string[];
  };
}

/** Only what changed; null took a value away. */
export interface ProjectChanged extends DomainEvent {
  readonly type: 'ProjectChanged';
  readonly data: {
    slug: string;
    name?: string | null;
    description?: string | null;
    lifecycle?: string;
    versionTemplate?: string | null;
    supersedeQueued?: boolean | null;
    variableSets?: readonly string[] | null;
  };
}

/** The process was replaced whole. Revisions count from 1. */
export interface ProcessChanged extends DomainEvent {
  readonly type: 'ProcessChanged';
  readonly data: { slug: string; revision: number; hash: string; steps: readonly Step[] };
}

/** The variables were replaced whole. Revisions count from 1. */
export interface VariablesChanged extends DomainEvent {
  readonly type: 'VariablesChanged';
  readonly data: { slug: string; revision: number; hash: string; variables: readonly Variable[] };
}

/** The channels were replaced whole. Revisions count from 1. */
export interface ChannelsChanged extends DomainEvent {
  readonly type: 'ChannelsChanged';
  readonly data: { slug: string; revision: number; hash: string; channels: readonly Channel[] };
}

export type ProjectEvent = ProjectCreated | ProjectChanged | ProcessChanged | VariablesChanged | ChannelsChanged;

export const projectEvents: { entries: EventEntries<ProjectEvent> } = {
  entries: {
    ProjectCreated: {
      sample: {
        slug: 'shop',
        name: 'Web shop',
        description: 'What our customers buy in',
        lifecycle: 'default',
        variableSets: ['mail'],
        versionTemplate: '2.0.#{Slipway.Version.NextPatch}',
        supersedeQueued: true,
      },
    },
    ProjectChanged: { sample: { slug: 'shop', description: null, lifecycle: 'web' } },
    ProcessChanged: {
      complete: (stored) => ({ ...stored, steps: stored.steps.map(completeStep) }),
      sample: {
        slug: 'shop',
        revision: 1,
        hash: 'sha256:0f',
        steps: [
          {
            name: 'Deploy',
            type: 'script',
            input: { run: 'echo deploying', shell: 'bash', env: { GREETING: '#{Greeting}' } },
            condition: { expression: '#{Step[Build].Output.Changed}' },
            start: 'with-previous',
            required: true,
            timeout: 'PT5M',
            retries: { attempts: 3, delay: 'PT10S', backoff: 2 },
            pool: 'default',
            roles: ['web'],
            environments: ['production'],
            excludeEnvironments: [],
            channels: ['stable'],
          },
        ],
      },
    },
    VariablesChanged: {
      sample: {
        slug: 'shop',
        revision: 1,
        hash: 'sha256:1e',
        variables: [{ name: 'Greeting', value: 'Hello', scope: { environments: ['production'] } }],
      },
    },
    ChannelsChanged: {
      sample: {
        slug: 'shop',
        revision: 1,
        hash: 'sha256:2d',
        channels: [
          { slug: 'stable', name: 'Stable', default: true, versions: '>=1.0.0', prerelease: 'none' },
          { slug: 'beta', description: 'For those who ask', default: false, lifecycle: 'short', prerelease: 'beta\\.\\d+' },
        ],
      },
    },
  },
};
