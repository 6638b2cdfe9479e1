import type { AuditEvent, Deployment, Page } from '../../support/answers';
import { linesOf } from '../support/machine';
import { script } from '../support/project';
import { story, withSlipway } from '../support/with-slipway';

describe('Lanes', () => {
  const slipway = withSlipway();
  const { client } = slipway;
  const tells = story(() => slipway.process);
  /** Notes begin and end in a file, and waits between the two. */
  const noting = (file: string, wait: string) =>
    script('note', `echo "begin $SLIPWAY_DEPLOYMENT" >> '${file}'; ${wait}; echo "end $SLIPWAY_DEPLOYMENT" >> '${file}'`);
  const now = ({ id }: Deployment) => client.sees<Deployment>(`/deployments/${id}`);
  const placeOf = ({ waitingFor }: Deployment) => Number(waitingFor?.facts['position'] ?? 0);
  const idsOf = (events: readonly AuditEvent[], type: string) =>
    events.filter((event) => event.type === type).map(({ data }) => String(data['deployment']));

  tells(
    'five deployments of one release at once all end, one at a time and in order; who waits sees its place in line and for whom',
    async () => {
      const gate = slipway.gate('five');
      const notes = slipway.file('five-notes');
      const shop = await slipway.project([noting(notes, gate.wait)]);
      await shop.cut('1.0.0');
      const five = await Promise.all(Array.from({ length: 5 }, () => shop.deploy('1.0.0', 'development')));
      await client.seesOnce<Page<Deployment>>('/deployments', ({ items }) => items.filter((one) => placeOf(one) > 0).length === 4);

      const line = (await Promise.all(five.map(now))).sort((a, b) => placeOf(a) - placeOf(b));
      const [holder, ...waiting] = line;
      expect(holder).toMatchObject({ state: 'executing' });
      waiting.forEach(({ state, waitingFor }, index) => {
        expect(state).toBe('queued');
        expect(waitingFor).toMatchObject({ code: 'lane-busy', facts: { position: index + 1, holder: holder?.id, release: '1.0.0' } });
        expect(waitingFor?.message).toMatch(`it is number ${index + 1} in line: deployment ${holder?.id} of release 1.0.0 runs there`);
      });

      gate.open();
      for (const deployment of five) await client.until(deployment, 'succeeded');
      const lane = await client.all<AuditEvent>(`/audit/streams/lane-${shop.slug}@development`);
      const order = line.map(({ id }) => id);
      expect(idsOf(lane, 'LaneEntered')).toEqual(order);
      expect(idsOf(lane, 'LaneGranted')).toEqual(order);
      expect(linesOf(notes)).toEqual(order.flatMap((id) => [`begin ${id}`, `end ${id}`]));
    },
  );

  tells('other environments of a project, and other projects, do not wait: they run side by side', async () => {
    const gate = slipway.gate('beside');
    const [shop, other] = [await slipway.project([script('wait', gate.wait)]), await slipway.project([script('wait', gate.wait)])];
    for (const project of [shop, other]) await project.cut('1.0.0');
    gate.open();
    await shop.take('1.0.0', 'development');
    gate.close();
    const three = [
      await shop.deploy('1.0.0', 'development'),
      await shop.deploy('1.0.0', 'staging'),
      await other.deploy('1.0.0', 'development'),
    ];
    for (const deployment of three) await client.untilStep(deployment, 'wait', 'running');
    expect((await Promise.all(three.map(now))).map(({ state }) => state)).toEqual(['executing', 'executing', 'executing']);
    gate.open();
    for (const deployment of three) await client.until(deployment, 'succeeded');
  });

  tells('a deployment with priority passes those that wait, and not the one that runs', async () => {
    const gate = slipway.gate('priority');
    const notes = slipway.file('priority-notes');
    const shop = await slipway.project([noting(notes, gate.wait)]);
    await shop.cut('1.0.0');
    const running = await shop.deploy('1.0.0', 'development');
    await client.untilStep(running, 'note', 'running');
    const patient = await shop.deploy('1.0.0', 'development');
    await client.until(patient, 'queued');
    const urgent = await shop.deploy('1.0.0', 'development', { priority: true });
    await client.seesOnce<Deployment>(`/deployments/${patient.id}`, (seen) => placeOf(seen) === 2);
    gate.open();
    for (const deployment of [running, patient, urgent]) await client.until(deployment, 'succeeded');
    expect(linesOf(notes).filter((line) => line.startsWith('begin'))).toEqual([running, urgent, patient].map(({ id }) => `begin ${id}`));
  });

  tells('a failed, a cancelled and an expired deployment each leave their lane to the next in line', async () => {
    const gate = slipway.gate('leaving');
    const shop = await slipway.project([script('wait', `${gate.wait}; exit 3`)]);
    await shop.cut('1.0.0');
    const failing = await shop.deploy('1.0.0', 'development');
    await client.until(failing, 'executing');
    const cancelled = await shop.deploy('1.0.0', 'development');
    const expired = await shop.deploy('1.0.0', 'development', { expiresAfter: 'PT1S' });
    const last = await shop.deploy('1.0.0', 'development');
    await client.does('POST', `/deployments/${cancelled.id}/cancel`);
    await client.until(expired, 'expired');
    gate.open();
    for (const deployment of [failing, last]) await client.until(deployment, 'failed');
    expect((await now(cancelled)).startedAt).toBeUndefined();
  });
});
