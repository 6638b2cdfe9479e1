import type { Command, CommandMeta } from '../command';
import type { Decider } from '../decider';
import { isDomainError } from '../errors';
import type { DomainEvent, RecordedEvent } from '../event';

/** The time every specification runs at unless it says otherwise. */
export const NOW = '2026-01-05T08:00:00.000Z';

export function testMeta(overrides: Partial<CommandMeta> = {}): CommandMeta {
  return { commandId: 'command-1', actor: 'ada', now: NOW, correlationId: 'correlation-1', causationId: 'request-1', ...overrides };
}

/** Events as they would have been recorded one after another in one stream: ids `event-1`, `event-2` …, one command each. */
export function recorded<E extends DomainEvent>(events: readonly E[], stream = 'stream-1'): RecordedEvent<E>[] {
  return events.map(({ type, data }, index) => ({
    position: BigInt(index + 1),
    stream,
    version: index,
    id: `event-${index + 1}`,
    type,
    data,
    metadata: { ...testMeta(), command: 'Test', commandId: `earlier-${index + 1}`, at: NOW },
  })) as unknown as RecordedEvent<E>[];
}

/**
 * Specifications of a decider: `given(…events).when(command).then([...events])` or `.refused(code, facts?)`. Whole lists are compared,
 * and every decided event must fold without an error.
 */
export function deciderSpec<C extends Command, S, E extends DomainEvent>(decider: Decider<C, S, E>) {
  const fold = (events: readonly E[]) => recorded(events).reduce<S>((state, event) => decider.evolve(state, event), decider.initialState);
  return {
    given: (...history: E[]) => ({
      state: () => fold(history),
      when: (command: Omit<C, 'meta'> & { meta?: Partial<CommandMeta> }) => {
        const decide = () => decider.decide({ ...command, meta: testMeta(command.meta) } as unknown as C, fold(history));
        return {
          then: (expected: readonly E[]) => {
            const decided = decide();
            expect(decided).toEqual(expected);
            fold([...history, ...decided]);
          },
          decided: decide,
          refused: (code: string, facts?: Record<string, unknown>) => {
            let refusal: unknown;
            try {
              decide();
            } catch (error) {
              refusal = error;
            }
            if (!isDomainError(refusal)) throw refusal ?? new Error(`expected the refusal ${code}, but it was accepted`);
            expect(refusal.code).toBe(code);
            if (facts) expect(refusal.facts).toMatchObject(facts);
          },
        };
      },
    }),
  };
}
