import { EventCatalogue, type RecordedEvent } from '@slipway/kernel';
import { recorded } from '@slipway/kernel/testing';

const stored = (type: string, data: object) => recorded([{ type, data }], 'counter-a')[0] as RecordedEvent;

describe('the event catalogue', () => {
  it('gives known events back untouched', () => {
    const event = stored('Counted', { by: 1 });
    expect(new EventCatalogue([{ entries: { Counted: { sample: { by: 1 } } } }]).decode(event)).toBe(event);
  });

  it('stops at an unknown name, and says what to do', () => {
    const decode = () => new EventCatalogue([]).decode(stored('Recounted', {}));
    expect(decode).toThrow(expect.objectContaining({ code: 'event.unknown', retryable: false }));
    expect(decode).toThrow(/Recounted \(counter-a, version 0\).*upgrade/);
  });

  it('completes what an earlier version stored under the same name, and leaves what is there', () => {
    const complete = (by: { by: number; unit?: string }) => ({ unit: 'piece', ...by });
    const catalogue = new EventCatalogue([{ entries: { Counted: { sample: { by: 1, unit: 'kg' }, complete } } }]);
    expect(catalogue.decode(stored('Counted', { by: 1 })).data).toEqual({ by: 1, unit: 'piece' });
    expect(catalogue.decode(stored('Counted', { by: 1, unit: 'kg' })).data).toEqual({ by: 1, unit: 'kg' });
  });

  it('reads retired names through their upcasters, one after another', () => {
    const catalogue = new EventCatalogue([
      {
        entries: { Counted: { sample: { by: 1, unit: 'piece' } } },
        upcasters: [
          { from: 'Added', to: (data) => ({ type: 'CountedOnce', data }) },
          { from: 'CountedOnce', to: () => ({ type: 'Counted', data: { by: 1, unit: 'piece' } }) },
        ],
      },
    ]);
    expect([catalogue.types(), catalogue.storedTypes()]).toEqual([['Counted'], ['Counted', 'Added', 'CountedOnce']]);
    const old = stored('Added', {});
    expect(catalogue.decode(old)).toEqual({ ...old, type: 'Counted', data: { by: 1, unit: 'piece' } });
  });

  it('refuses a stored name declared twice', () => {
    const module = { entries: { Counted: { sample: {} } } };
    expect(() => new EventCatalogue([module, module])).toThrow('Counted is declared twice');
  });

  it('refuses an upcaster for a name that is still in use, or two for one name', () => {
    const to = () => ({ type: 'Counted', data: {} });
    const entries = { Counted: { sample: {} } };
    expect(() => new EventCatalogue([{ entries, upcasters: [{ from: 'Counted', to }] }])).toThrow('collides');
    const twice = [
      { from: 'Added', to },
      { from: 'Added', to },
    ];
    expect(() => new EventCatalogue([{ entries, upcasters: twice }])).toThrow('collides');
  });
});
