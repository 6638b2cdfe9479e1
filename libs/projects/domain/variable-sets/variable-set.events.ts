import type { DomainEvent, EventEntries } from '@slipway/kernel';
import type { Variable } from '../variables/variable';

export interface VariableSetCreated extends DomainEvent {
  readonly type: 'VariableSetCreated';
  readonly data: { slug: string; name?: string; description?: string };
}

/** Only what changed; null took a value away. */
export interface VariableSetChanged extends DomainEvent {
  readonly type: 'VariableSetChanged';
  readonly data: { slug: string; name?: string | null; description?: string | null };
}

/** The variables were replaced whole. Revisions count from 1. */
export interface SetVariablesChanged extends DomainEvent {
  readonly type: 'SetVariablesChanged';
  readonly data: { slug: string; revision: number; hash: string; variables: readonly Variable[] };
}

export type VariableSetEvent = VariableSetCreated | VariableSetChanged | SetVariablesChanged;

export const variableSetEvents: { entries: EventEntries<VariableSetEvent> } = {
  entries: {
    VariableSetCreated: { sample: { slug: 'mail', name: 'Mail', description: 'How we send it' } },
    VariableSetChanged: { sample: { slug: 'mail', description: null } },
    SetVariablesChanged: {
      sample: {
        slug: 'mail',
        revision: 1,
        hash: 'sha256:5a',
        variables: [
          {
            name: 'Mail.Host',
            value: 'smtp.example.org',
            scope: { environments: ['production'], roles: ['web'] },
            prompt: { label: 'Mail host', required: false, control: 'select', options: ['smtp.example.org'] },
          },
        ],
      },
    },
  },
};
