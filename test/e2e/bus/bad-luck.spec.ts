import { randomUUID } from 'node:crypto';
import { hashedId, silentLog } from '@slipway/kernel';
import { eventually, SEED, SeededRandom } from '@slipway/kernel/testing';
import { CommandIntake } from '@slipway/platform';
import type { Document } from '../../../apps/api/openapi/document';
import { BusCaller, type Reply } from '../../support/bus-caller';
import { commandValue } from '../../support/command-messages';
import { commandRoutes } from '../../support/command-routes';
import { InProcess } from '../../support/in-process';
import { prepared } from '../../support/prepared-shop';
import { RequestMutations } from '../../support/request-mutations';
import { Shop } from '../../support/shop';
import { Life, MortalBus } from '../../walk/mortal-ports';

const INTENTIONS = 120;
const ACTORS = ['ada', 'bob'];
const HUGE = `{"slug":"${'x'.repeat(990_000)}"}`;
const COMMANDS = ['', 'StartDeployment', 'constructor', 'createProject', 'x'.repeat(300), '\0'];
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'reply-to': ['slipway.commands', 'slipway.dead-letters', '', 'no topic', 'missing.topic', 'x'.repeat(300)],
  'command-id': ['', 'x'.repeat(300), 'ä', '\0'],
  actor: ['', 'slipway/x', '\uD800', 'x'.repeat(200)],
  'if-match': ['0', '"1"', '*', 'x', ''],
  traceparent: ['x', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  'replay-of': ['x', '7a3b9c5d-2e1f-8d4c-8b6a-0f9e8d7c6b5a'],
  'dead-letter-reason': ['forged'],
};

interface Accepted {
  readonly position: string;
}

/** What somebody wants: the same id always with the same command and value. */
interface Intention {
  readonly id: string;
  readonly actor: string;
  readonly command: string;
  readonly body: string;
}

describe(`commands over the bus with bad luck (seed ${SEED})`, () => {
  const chance = new RequestMutations(new SeededRandom(SEED));
  let app: InProcess;
  let caller: BusCaller;
  let values: readonly (readonly [command: string, value: object])[];
  let mortal = true;
  let deaths = 0;
  const alive = new Map<Life, CommandIntake>();

  beforeAll(async () => {
    app = await InProcess.start();
    caller = await BusCaller.on(app.parts.bus);
    const routes = commandRoutes(await prepared(await Shop.in(app)));
    const document = (await app.ask('GET', '/openapi.json')).json as Document;
    values = routes.map((route) => [route.command, commandValue(route, document)]);
  });
  afterAll(async () => {
    for (const intake of alive.values()) await intake.stop();
    await caller.leave();
    await app.stop();
  });

  /** An intake that may die behind each append, before its reply, and behind each reply, before the command is acknowledged. */
  async function takeCommands(): Promise<void> {
    const life = new Life((_effect, dying) => {
      if (!mortal || !chance.maybe(0.04)) return;
      deaths += 1;
      alive.delete(dying);
      dying.kill();
    });
    const ask = (...asked: Parameters<InProcess['gateway']['ask']>) => life.hears(() => app.gateway.ask(...asked), 'append');
    const intake = new CommandIntake({ bus: new MortalBus(app.parts.bus, life), gateway: { ask }, clock: app.parts.clock, log: silentLog });
    alive.set(life, intake);
    await Promise.race([intake.start(), new Promise<void>((resolve) => life.signal.addEventListener('abort', () => resolve()))]);
  }

  function intention(): Intention {
    const [command, value] = chance.one(values);
    const body = chance.maybe(0.5) ? JSON.stringify(value) : chance.body(value);
    return { id: randomUUID(), actor: chance.one(ACTORS), command, body };
  }

  /** Once, or several times under several keys: then two consumers may have it in hand at once. */
  function sendings({ id, actor, command, body }: Intention): Promise<string>[] {
    const times = chance.maybe(0.5) ? 1 : 2 + chance.below(3);
    const headers = { 'command-id': id, actor };
    return Array.from({ length: times }, () => caller.send({ command, body, headers, key: `key-${chance.below(40)}` }));
  }

  function rubbish(): Promise<string> {
    const { command, body } = intention();
    const headers: Record<string, string> = {};
    for (let more = chance.below(3); more > 0; more -= 1) {
      const name = chance.one(Object.keys(HEADERS));
      headers[name] = chance.one(HEADERS[name]!);
    }
    const named = chance.maybe(0.5) ? command : chance.one(COMMANDS);
    return caller.send({ command: named, body: chance.maybe(0.03) ? HUGE : body, headers, key: `key-${chance.below(40)}` });
  }

  const repliesTo = (correlation: string): Reply[] => caller.replies.filter(({ key }) => key === correlation);
  const isDead = (correlation: string) => caller.deadLetters.some(({ headers }) => headers['correlation-id'] === correlation);

  it('are each answered or set aside, whichever intake dies when; and nothing stands still', async () => {
    const intentions = Array.from({ length: INTENTIONS }, intention);
    const sent: { correlation: string; intention?: Intention }[] = [];
    await takeCommands();
    for (const wanted of intentions) {
      for (const correlation of await Promise.all(sendings(wanted))) sent.push({ correlation, intention: wanted });
      if (chance.maybe(0.6)) sent.push({ correlation: await rubbish() });
      while (alive.size < 2) await takeCommands();
    }
    mortal = false;
    while (alive.size < 2) await takeCommands();
    const open = () => sent.filter(({ correlation }) => repliesTo(correlation).length === 0 && !isDead(correlation));
    for (let left = Infinity; open().length > 0 && open().length < left;) {
      left = open().length;
      await eventually(() => open().length < left, `answers to ${JSON.stringify(open().slice(0, 3))} and ${left} in all`);
    }
    expect(deaths).toBeGreaterThan(3);
    expect(caller.replies.filter(({ value }) => value.problem?.status >= 500).map(({ value }) => value.problem)).toEqual([]);
    await onceEach(sent);
    for (let at = 0; at < 40; at += 1)
      expect((await caller.ask({ command: 'ChangeProject', body: { project: 'shop' }, key: `key-${at}` })).value.status).toBe('accepted');
  }, 60_000);

  /** I8: the same id with the same command and value comes to the same, and takes effect once. */
  async function onceEach(sent: readonly { correlation: string; intention?: Intention }[]): Promise<void> {
    const events = await app.parts.eventStore.readAll({ after: 0n, limit: 100_000 });
    let repeated = 0;
    for (const wanted of new Set(sent.flatMap(({ intention: one }) => one ?? []))) {
      const replies = sent.filter((one) => one.intention === wanted).flatMap(({ correlation }) => repliesTo(correlation));
      const accepted = replies.flatMap(({ value }) => (value.status === 'accepted' ? [value as Accepted] : []));
      const commandId = hashedId('command', wanted.actor, wanted.id);
      const own = events.filter(({ metadata }) => metadata.commandId === commandId && metadata.command === wanted.command);
      if (accepted.length > 1) repeated += 1;
      const [first, last] = [own[0], own.at(-1)];
      if (!first || !last) continue;
      // One append, however often it was asked for.
      expect(own.map(({ stream, version }) => [stream, version])).toEqual(own.map((_, at) => [first.stream, first.version + at]));
      // Before it had an effect it may have been accepted as nothing to do: that is no first answer, and closes its claim.
      const answers = accepted.filter(({ position }) => BigInt(position) >= first.position);
      expect([...new Set(answers.map((answer) => JSON.stringify(answer)))].length).toBeLessThanOrEqual(1);
      for (const { position } of answers) expect(position).toBe(String(last.position));
    }
    expect(repeated).toBeGreaterThan(5);
  }
});
