import type { EventBatch } from '../../ports/event-store';
import { settle } from '../manual-clock';
import { events, idsOf, newStream, type StoreUnderTest } from './store-under-test';

export function subscriptionContract(test: StoreUnderTest): void {
  const append = async (count: number, type?: string) => (await test.store.append(newStream(), 'none', events(count, type))).position;

  /** Many small appends, several in flight; resolves to the last position. */
  const appendMany = async (count: number) => {
    let last = 0n;
    for (let done = 0; done < count; done += 10) {
      for (const position of await Promise.all(Array.from({ length: 10 }, () => append(2)))) last = position > last ? position : last;
    }
    return last;
  };

  describe('subscribe', () => {
    it('gives history, then what comes, without gap or repeat while others append', async () => {
      const start = await test.store.head();
      await appendMany(50);
      const live = appendMany(150);
      const seen: EventBatch[] = [];
      let last: bigint | undefined;
      void live.then((position) => (last = position));
      for await (const batch of test.store.subscribe({ after: start, signal: test.signal, maxBatch: 7 })) {
        seen.push(batch);
        expect(batch.events.length).toBeLessThanOrEqual(7);
        if (last === undefined && batch.caughtUp) await append(1);
        if (last !== undefined && batch.checkpoint >= last) break;
      }
      await live;
      const end = seen.at(-1)!.checkpoint;
      const stored = (await test.store.readAll({ after: start, limit: 10_000 })).filter((one) => one.position <= end);
      expect(stored.length).toBeGreaterThanOrEqual(400);
      expect(seen.flatMap((batch) => batch.events)).toEqual(stored);
    });

    it('hands over in one batch what happens within `gatherMs`, and misses nothing of it', async () => {
      const start = await test.store.head();
      const sizes: number[] = [];
      let appending: Promise<unknown> | undefined;
      for await (const { events: given, caughtUp } of test.store.subscribe({ after: start, signal: test.signal, gatherMs: 400 })) {
        if (given.length > 0) sizes.push(given.length);
        if (sizes.reduce((sum, size) => sum + size, 0) === 5) break;
        // It waits at the end by then.
        if (caughtUp)
          appending ??= settle().then(async () => {
            for (let each = 0; each < 5; each += 1) await append(1);
          });
      }
      await appending;
      expect(sizes).toEqual([5]);
    });

    it('resumes after any checkpoint with exactly what follows', async () => {
      const start = await test.store.head();
      const first = await append(3);
      await append(2, '$Noted');
      const last = await append(4);
      const all = await test.store.readAll({ after: start });
      const batches = await test.batches(start, (seen) => seen.at(-1)!.checkpoint >= last, 2);
      const checkpoints = [start, first, first + 1n, ...batches.map((batch) => batch.checkpoint), ...all.map((one) => one.position)];
      const later = await append(1);
      const whole = await test.store.readAll({ after: start });
      for (const after of checkpoints) {
        expect(await test.eventsUntil(after, later)).toEqual(whole.filter((one) => one.position > after));
      }
    });

    it('never moves its checkpoint backwards or short of the events it gave', async () => {
      const start = await test.store.head();
      await append(9);
      await append(3, '$Noted');
      const last = await append(5);
      const batches = await test.batches(start, (seen) => seen.at(-1)!.checkpoint >= last, 4);
      let before = start;
      for (const { events: given, checkpoint } of batches) {
        expect(checkpoint).toBeGreaterThanOrEqual(given.at(-1)?.position ?? before);
        expect(checkpoint).toBeGreaterThanOrEqual(before);
        before = checkpoint;
      }
    });

    it('says when it has caught up, also where it starts at the end of the log', async () => {
      const start = await test.store.head();
      const last = await append(5);
      const batches = await test.batches(start, (seen) => seen.at(-1)!.caughtUp, 2);
      expect(batches.at(-1)?.checkpoint).toBeGreaterThanOrEqual(last);
      expect(batches.flatMap((batch) => batch.events)).toHaveLength(5);
      const atEnd = await test.batches(last, (seen) => seen.at(-1)!.caughtUp);
      expect(atEnd.flatMap((batch) => batch.events)).toEqual([]);
    });

    it('leaves system events out and moves its checkpoint over them, be it by many at a time', async () => {
      const start = await test.store.head();
      const noted = await append(3, '$Noted');
      expect((await test.batches(start, (seen) => seen.at(-1)!.caughtUp)).flatMap((batch) => batch.events)).toEqual([]);

      const waiting = test.eventsUntil(noted, noted + 1n);
      for (let turn = 0; turn < 20; turn += 1) expect(await append(10, '$Noted')).toBeGreaterThan(noted);
      expect(await waiting).toEqual([]);
    });

    it('waits for a slow consumer, who slows no append and misses nothing', async () => {
      const start = await test.store.head();
      await append(1);
      const subscription = test.store.subscribe({ after: start, signal: test.signal, maxBatch: 50 })[Symbol.asyncIterator]();
      const seen = [...(await nextOf(subscription)).events];
      const last = await appendMany(60);
      let checkpoint = start;
      while (checkpoint < last) {
        const batch = await nextOf(subscription);
        seen.push(...batch.events);
        checkpoint = batch.checkpoint;
      }
      expect(idsOf(seen)).toEqual(idsOf(await test.store.readAll({ after: start })));
    });

    it('keeps two subscriptions independent', async () => {
      const start = await test.store.head();
      const abandoned = new AbortController();
      const idle = test.store.subscribe({ after: start, signal: abandoned.signal })[Symbol.asyncIterator]();
      const first = await append(3);
      expect((await nextOf(idle)).checkpoint).toBeGreaterThanOrEqual(start);
      const all = test.batches(start, (seen) => count(seen) >= 5);
      const tail = test.batches(first, (seen) => count(seen) >= 2);
      abandoned.abort();
      await append(2);
      expect(count(await all)).toBe(5);
      expect(count(await tail)).toBe(2);
      expect((await idle.next()).done).toBe(true);
    });

    it('ends when the signal aborts: before it starts, between batches and while it waits', async () => {
      const start = await test.store.head();
      await append(2);
      const aborted = test.store.subscribe({ after: start, signal: AbortSignal.abort() })[Symbol.asyncIterator]();
      expect((await aborted.next()).done).toBe(true);

      const controller = new AbortController();
      const between = test.store.subscribe({ after: start, signal: controller.signal, maxBatch: 1 })[Symbol.asyncIterator]();
      expect((await between.next()).done).toBe(false);
      controller.abort();
      expect((await between.next()).done).toBe(true);

      const waiting = new AbortController();
      let reached: () => void = () => undefined;
      const caughtUp = new Promise<void>((resolve) => (reached = resolve));
      const ended = (async () => {
        for await (const batch of test.store.subscribe({ after: start, signal: waiting.signal })) if (batch.caughtUp) reached();
        return 'ended';
      })();
      await caughtUp;
      waiting.abort();
      expect(await ended).toBe('ended');
    });
  });
}

async function nextOf(iterator: AsyncIterator<EventBatch>): Promise<EventBatch> {
  const { value, done } = await iterator.next();
  if (done) throw new Error('the subscription ended');
  return value;
}

function count(batches: readonly EventBatch[]): number {
  return batches.reduce((sum, batch) => sum + batch.events.length, 0);
}
