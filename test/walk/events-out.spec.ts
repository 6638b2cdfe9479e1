import { auditEvent } from '@slipway/audit/contract';
import { type Delivery, replayTopic, TOPICS } from '@slipway/kernel';
import { walked } from './deaths';
import { ScriptedWorker } from './scripted-worker';
import { deploy, release, shop } from './shop';
import { WalkSystem } from './system';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** The first delivery of each event, by stream: what comes again is a repeat. */
function told(deliveries: readonly Delivery[]): Record<string, unknown[]> {
  const seen = new Set<string>();
  const streams: Record<string, unknown[]> = {};
  for (const { key, value, headers } of deliveries) {
    const id = headers['ce_id']!;
    if (seen.has(id)) continue;
    seen.add(id);
    (streams[key] ??= []).push(JSON.parse(value));
  }
  return streams;
}

/** Whoever reads a topic from its beginning. */
function reader(system: WalkSystem, topic: string, group: string) {
  const got: Delivery[] = [];
  const consumer = system.bus.consume({ group, topics: [topic], handle: (delivery) => Promise.resolve(void got.push(delivery)) });
  return { got, stop: () => consumer.stop() };
}

describe('a service that listens to events', () => {
  it('hears of all that happened in a release’s life, in order, however often Slipway died; and so does one that comes late', async () => {
    const system = await WalkSystem.open('events-out');
    const worker = await new ScriptedWorker('w1', system).start();
    const early = reader(system, TOPICS.events, 'early');
    await shop(system, { environments: ['development', 'staging'], automatic: ['staging'] });
    await system.ask('CreateWebhook', { slug: 'chat', url: 'https://chat.example.org/', enabled: false, secret: SECRET });
    await release(system, '1.0.0');
    await deploy(system, '1.0.0', 'development');
    const concluded = async () => (await system.story('release-shop@1.0.0')).filter((type) => type === 'DeploymentConcluded').length === 2;
    const { deaths } = await walked(system, (effects) => effects.length % 11 === 0, concluded, 'two concluded deployments');
    expect(deaths).toBeGreaterThan(3);

    const { resource } = await system.ask('ReplayEvents', { slug: 'late' });
    const { topic, to } = resource as { topic: string; to: string };
    expect(topic).toBe(replayTopic('late'));
    await system.until(async () => (await system.story('event-replay-late')).includes('EventReplayFinished'), 'the end of the replay');
    await system.pass(500);
    const late = reader(system, topic, 'late');
    await system.quiet();

    const history = await system.events();
    const streams = (upTo: bigint) => {
      const within = history.filter(({ position }) => position <= upTo);
      return Object.fromEntries(within.map(({ stream }) => [stream, within.filter((one) => one.stream === stream).map(auditEvent)]));
    };
    expect(told(early.got)).toEqual(streams(history.at(-1)!.position));
    expect(late.got.at(-1)?.headers).toMatchObject({ ce_type: 'slipway.EventReplayFinished', ce_source: '/streams/event-replay-late' });
    expect(told(late.got.slice(0, -1))).toEqual(streams(BigInt(to)));
    const everything = JSON.stringify([early.got, late.got].flat().map(({ value, headers }) => [value, headers]));
    expect(everything).toContain('WebhookCreated');
    expect(everything).not.toContain(SECRET.slice('whsec_'.length));

    for (const part of [early, late, worker]) await part.stop();
    await system.close();
  });
});
