import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import type { Clock, Ids } from '@slipway/kernel';
import { eventually, ManualClock, settle } from '@slipway/kernel/testing';
import { EventStream, type StreamedMessage } from '../../support/event-stream';
import { InProcess } from '../../support/in-process';
import { problemIn } from '../../support/problems';
import { API, Shop } from '../../support/shop';

/** A log that tells how far it was read by those who follow. */
class WatchedEventStore extends MemoryEventStore {
  read = 0;

  override page(after: bigint, limit: number) {
    const batch = super.page(after, limit);
    if (limit <= 20) this.read += batch.events.length;
    return batch;
  }
}

const positions = (messages: readonly StreamedMessage[]) => messages.map(({ id }) => Number(id));
const rising = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('events to follow', () => {
  let app: InProcess;
  let shop: Shop;
  let store: WatchedEventStore;
  const streams: EventStream[] = [];
  const follow = async (query = '', headers: Record<string, string> = {}) => {
    streams.push(await EventStream.open(`${app.http.address}${API}/events${query}`, headers));
    return streams.at(-1)!;
  };
  const environment = (slug: string, description?: string) => shop.done('POST', `${API}/environments`, { slug, description });
  const start = async (clock?: Clock) => {
    const made = (of: Clock, ids: Ids) => (store = new WatchedEventStore(of, ids));
    app = await InProcess.start({ store: made, ...(clock ? { clock } : {}) });
    shop = new Shop(app);
  };

  /** So many events of an environment at once, written straight into the log. */
  const changed = (slug: string, count: number, description: string) => {
    const [why, at] = [{ commandId: slug, correlationId: slug, causationId: slug }, app.parts.clock.timestamp()];
    const metadata = { actor: 'ada', at, command: 'ChangeEnvironment', ...why };
    const events = rising(1, count).map((number) => ({
      id: `${slug}-${number}`,
      type: 'EnvironmentChanged',
      data: { slug, description },
      metadata,
    }));
    return store.append(`environment-${slug}`, 'any', events);
  };

  const leave = () => {
    for (const stream of streams.splice(0)) stream.close();
  };

  describe('of one log', () => {
    beforeAll(() => start());
    afterEach(leave);
    afterAll(() => app.stop());

    it('come with position, name and what the audit shows, from now on', async () => {
      await environment('before');
      const stream = await follow();
      expect(stream.response.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'slipway-position': String(await app.head()),
      });
      await environment('after', 'one\ntwo');
      const [message] = await stream.has(1);
      const audit = (await app.ask('GET', `${API}/audit/events?stream=environment-after`)).json.items;
      expect(message).toEqual({ id: String(await app.head()), event: 'EnvironmentCreated', data: audit[0] });
      expect(message!.data.data).toEqual({ slug: 'after', description: 'one\ntwo' });
    });

    it('come whole and in order, history first, and go on behind Last-Event-ID, which says more than from', async () => {
      for (const slug of ['a', 'b', 'c']) await environment(slug);
      const first = await follow('?from=1');
      const head = Number(await app.head());
      expect(positions(await first.has(head))).toEqual(rising(1, head));
      first.close();
      await environment('d');
      const second = await follow('?from=1', { 'last-event-id': '2' });
      await environment('e');
      expect(positions(await second.has(head))).toEqual(rising(3, head + 2));
      expect(positions(await (await follow(`?from=${head}`)).has(3))).toEqual(rising(head, head + 2));
    });

    it('are those of a type, stream, project or environment, where these are named', async () => {
      await Shop.in(app);
      await shop.done('POST', `${API}/projects`, { slug: 'blog', lifecycle: 'web' });
      await shop.release('1.0.0');
      const { length } = await store.readAll({ after: 0n });
      const ask = async (query: string, least: number) => {
        leave();
        await settle(20);
        store.read = 0;
        const stream = await follow(`?from=0&${query}`);
        await eventually(() => store.read === length, 'the log to be read');
        await stream.has(least);
        await settle(20);
        return stream.messages.map(({ event, data }) => `${event} ${data.stream}`);
      };
      expect(await ask('type=ProjectCreated', 2)).toEqual(['ProjectCreated project-shop', 'ProjectCreated project-blog']);
      expect(await ask('stream=environment-staging', 1)).toEqual(['EnvironmentCreated environment-staging']);
      expect(await ask('environment=staging&project=blog', 0)).toEqual([]);
      expect(new Set(await ask('environment=staging', 1))).toEqual(new Set(['EnvironmentCreated environment-staging']));
      const ofShop = await ask('project=shop', 3);
      expect(ofShop).toEqual(expect.arrayContaining(['ProcessChanged project-shop', 'ReleaseCreated release-shop@1.0.0']));
      expect(ofShop.filter((one) => !/ (project-shop|release-shop@|deployment-|lane-shop@)/.test(one))).toEqual([]);
    });

    it('never show what the system keeps for itself', async () => {
      const stream = await follow('?from=0');
      await app.ask('POST', `${API}/environments`, { body: { slug: 'qa' }, headers: { 'idempotency-key': 'once' } });
      await stream.has(2);
      expect(stream.messages.filter(({ event }) => event.startsWith('$'))).toEqual([]);
      expect((await store.readStream(`environment-qa`)).length).toBe(1);
    });

    it('wait for a position that is ahead of the log', async () => {
      const head = await app.head();
      const stream = await follow(`?from=${head + 3n}`);
      for (const slug of ['w1', 'w2', 'w3', 'w4']) await environment(slug);
      expect(positions(await stream.has(2))).toEqual([Number(head) + 3, Number(head) + 4]);
      await follow('?from=9999999999999999999');
    });

    it('tell now and then how far they were looked through, where few are wanted', async () => {
      const head = await app.head();
      const stream = await follow('?type=LifecycleCreated');
      await changed('quiet', 600, 'q');
      await eventually(() => stream.lastId !== undefined, 'a place');
      expect(stream.lastId).toBe(String(head + 500n));
      expect(stream.messages).toEqual([]);
    });

    it.each([
      ['?form=1', {}, '?form'],
      ['?from=-1', {}, '?from'],
      ['?from=now', {}, '?from'],
      ['?type=ReleaseCreatd', {}, '?type'],
      ['?project=No+slug', {}, '?project'],
      ['?environment=', {}, '?environment'],
      ['?limit=3', {}, '?limit'],
      ['', { 'last-event-id': 'garbage' }, 'header:Last-Event-ID'],
      ['', { 'last-event-id': '-1' }, 'header:Last-Event-ID'],
      // A backup was restored: what came since would be skipped.
      ['', { 'last-event-id': '1000000' }, 'header:Last-Event-ID'],
    ])('are refused for %s %j before anything is sent', async (query, headers, pointer) => {
      const answer = await app.ask('GET', `${API}/events${query}`, { headers });
      expect(problemIn(answer)).toMatchObject({ status: 400, code: 'request.invalid', errors: [{ pointer }] });
    });

    it('are refused to pages from elsewhere', async () => {
      const answer = await app.ask('GET', `${API}/events`, { headers: { origin: 'https://evil.example' } });
      expect(problemIn(answer)).toMatchObject({ status: 403, code: 'request.foreign' });
    });

    it('answer a HEAD with the headers alone', async () => {
      const answer = await app.ask('HEAD', `${API}/events`);
      expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([200, 'text/event-stream; charset=utf-8', '']);
    });
  });

  describe('of a process', () => {
    afterEach(async () => {
      leave();
      await app.stop();
    });

    it('are refused to more clients than SSE_CLIENTS at once; whoever leaves makes room', async () => {
      await start();
      const most = app.parts.settings.SSE_CLIENTS;
      for (let client = 0; client < most; client += 1) await follow();
      const answer = await app.ask('GET', `${API}/events`);
      expect(problemIn(answer)).toMatchObject({ status: 503, code: 'event-streams.full' });
      expect(answer.headers['retry-after']).toBe('1');
      streams[0]!.close();
      let asked: Promise<void> | undefined;
      let found = false;
      const look = () =>
        follow()
          .then(() => void (found = true))
          .catch(() => void (asked = undefined));
      await eventually(() => {
        asked ??= look();
        return found;
      }, 'room for one more');
    });

    it('end with the process, at once and without an error', async () => {
      await start();
      const stream = await follow('?from=0');
      await stream.has(1);
      await app.application.close();
      await stream.over();
      expect([stream.ended, stream.broken]).toEqual([true, false]);
    });

    describe('and a client that does not read', () => {
      /** Events enough to fill every buffer on the way: 16 MB. */
      const fill = async () => {
        for (const append of rising(1, 20)) await changed(`none-${append}`, 20, 'x'.repeat(40_000));
      };
      const stalled = async () => {
        let [before, quiet] = [-1, 0];
        await eventually(() => {
          quiet = before === store.read ? quiet + 1 : 0;
          before = store.read;
          return quiet > 50;
        }, 'the reading to pause');
        return before;
      };

      it('keeps nothing but a few events waiting for it, and gets them all when it comes back', async () => {
        await start();
        await fill();
        const head = Number(await app.head());
        store.read = 0;
        const slow = await follow('?from=1');
        slow.pause();
        expect(await stalled()).toBeLessThan(head / 2);
        slow.resume();
        await slow.has(100);
        slow.close();
        const rest = await follow('', { 'last-event-id': slow.lastId! });
        await rest.has(head - Number(slow.lastId));
        expect(positions([...slow.messages, ...rest.messages])).toEqual(rising(1, head));
      });

      it('is cut off after a while, and holds up neither others nor the end of the process', async () => {
        const clock = new ManualClock();
        await start(clock);
        await fill();
        const slow = await follow('?from=1');
        slow.pause();
        const read = await stalled();
        const other = await follow();
        await environment('later');
        await other.has(1);
        await clock.advance(31_000);
        slow.resume();
        await slow.over();
        expect(slow.broken).toBe(true);
        expect(slow.messages.length).toBeLessThanOrEqual(read);
        const silent = await follow('?from=1');
        silent.pause();
        await stalled();
        const closed = app.application.close();
        let over = false;
        void closed.then(() => (over = true));
        await eventually(() => {
          void clock.advance(1_000);
          return over;
        }, 'the end of the process');
      });
    });

    it('leave a sign of life every 15 s', async () => {
      const clock = new ManualClock();
      await start(clock);
      const stream = await follow();
      for (const beats of [1, 2]) {
        await clock.advance(15_000);
        await eventually(() => stream.comments === beats, 'a comment');
      }
      await environment('e');
      await stream.has(1);
      await clock.advance(14_000);
      expect(stream.comments).toBe(2);
    });

    it('come from a log on disk as well, from any position', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'slipway-follow-'));
      try {
        app = await InProcess.start({ store: (clock, ids) => SqliteEventStore.open({ file: join(folder, 'events.db'), clock, ids }) });
        shop = new Shop(app);
        const stream = await follow('?from=0');
        await follow('?from=9999999999999999999');
        await environment('e');
        expect((await stream.has(2)).at(-1)!.event).toBe('EnvironmentCreated');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
});
