import { type Command, type Decider, DomainError, effectivePatch, type Patch, patched, refuseFaults } from '@slipway/kernel';
import { evolveFreeze, type Freeze, type FreezeState, initialFreeze, type KnownFreeze } from './freeze';
import type { FreezeEvent } from './freeze.events';
import { type SaidTerms, settled } from './freeze-terms';
import { frozenUntil, nextWindow } from './windows';

export interface CreateFreezeCommand extends Command {
  readonly type: 'CreateFreeze';
  readonly data: SaidTerms & { readonly slug: string };
}

export interface ChangeFreezeCommand extends Command {
  readonly type: 'ChangeFreeze';
  readonly data: Patch<SaidTerms>;
}

export interface DeleteFreezeCommand extends Command {
  readonly type: 'DeleteFreeze';
  readonly data: Record<string, never>;
}

export type FreezeCommand = CreateFreezeCommand | ChangeFreezeCommand | DeleteFreezeCommand;

export const DEFAULT_TIME_ZONE = 'UTC';

function create({ data, meta }: CreateFreezeCommand): FreezeEvent[] {
  const terms = settled(data);
  if (!frozenUntil(terms, meta.now) && !nextWindow(terms, meta.now)) {
    const message = `is past, it is ${meta.now}, and no window follows: it could never freeze anything`;
    refuseFaults([{ pointer: '/end', message }], 'freeze.over', 'The freeze cannot be saved');
  }
  return [{ type: 'FreezeCreated', data: { slug: data.slug, ...terms } }];
}

function change({ data }: ChangeFreezeCommand, { events: _, ...freeze }: KnownFreeze): FreezeEvent[] {
  const wanted = { ...data, ...(data.timeZone === null ? { timeZone: DEFAULT_TIME_ZONE } : {}) };
  const { lastStart } = settled(patched<Freeze>(freeze, wanted));
  const patch = effectivePatch<Freeze>(freeze, { ...wanted, lastStart: lastStart ?? null });
  return patch ? [{ type: 'FreezeChanged', data: { ...patch, slug: freeze.slug } }] : [];
}

/** Errors: DomainError `freeze.not-found`. */
export function deletedFreeze(slug: string): DomainError {
  return new DomainError('not-found', 'freeze.not-found', `Freeze ${slug} was deleted; its slug is not used again.`, { freeze: slug });
}

export const freezeDecider: Decider<FreezeCommand, FreezeState, FreezeEvent> = {
  category: 'freeze',
  initialState: initialFreeze,
  evolve: evolveFreeze,
  decide(command, state) {
    switch (command.type) {
      case 'CreateFreeze':
        return create(command);
      case 'ChangeFreeze':
        if (state.status === 'deleted') throw deletedFreeze(state.freeze.slug);
        return state.status === 'active' ? change(command, state.freeze) : [];
      case 'DeleteFreeze':
        return state.status === 'active' ? [{ type: 'FreezeDeleted', data: { slug: state.freeze.slug } }] : [];
      default:
        return command satisfies never;
    }
  },
};
