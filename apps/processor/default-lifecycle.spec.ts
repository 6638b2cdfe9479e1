import { DomainError, InfrastructureError, silentLog } from '@slipway/kernel';
import { ManualClock } from '@slipway/kernel/testing';
import { createDefaultLifecycle } from './default-lifecycle';

/** A door for commands behind which these things happen, one after another; then it takes them. */
function doorWith(failures: Error[]) {
  const asked: string[] = [];
  const send = async (name: string, _data: object, { commandId }: { commandId: string }) => {
    asked.push(`${name} ${commandId}`);
    const failure = failures.shift();
    if (failure) throw failure;
    return { stream: 'lifecycle-default', resource: {}, position: 1n, version: 0, created: true, changed: true };
  };
  return { asked, send };
}

describe('the lifecycle of projects that name none', () => {
  const clock = new ManualClock();
  const patience = { clock, log: silentLog, signal: new AbortController().signal };
  const away = new InfrastructureError('event-store.unavailable', 'away', true);

  it('is made at the start even if the event store goes away just then: the process waits, and asks again under one id', async () => {
    const door = doorWith([away, away]);
    const made = createDefaultLifecycle(door, patience);
    await clock.advance(1_000);
    await made;
    expect(door.asked).toHaveLength(3);
    expect(new Set(door.asked).size).toBe(1);
  });

  it('may be there already; any other refusal ends the start', async () => {
    await createDefaultLifecycle(doorWith([new DomainError('conflict', 'lifecycle.already-exists', 'It is there.')]), patience);
    const refused = new DomainError('invalid', 'request.invalid', 'no');
    await expect(createDefaultLifecycle(doorWith([refused]), patience)).rejects.toBe(refused);
  });
});
