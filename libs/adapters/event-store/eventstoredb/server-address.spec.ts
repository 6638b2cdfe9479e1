import { serverAddress } from './server-address';

describe('the address of an EventStoreDB', () => {
  it.each([
    ['esdb://127.0.0.1:2113?tls=false', 'esdb://127.0.0.1:2113?tls=false', 'esdb://127.0.0.1:2113'],
    ['esdb://admin:s%40cret@db:2113', 'esdb://admin:s%40cret@db:2113', 'esdb://db:2113'],
    [
      'esdb+discover://u:p@cluster.dns?nodePreference=leader',
      'esdb+discover://u:p@cluster.dns?nodePreference=leader',
      'esdb+discover://cluster.dns',
    ],
    ['kurrentdb://u:p@a:1,b:2,c:3/?tls=true', 'esdb://u:p@a:1,b:2,c:3/?tls=true', 'esdb://a:1,b:2,c:3'],
    ['kurrentdb+discover://cluster', 'esdb+discover://cluster', 'esdb+discover://cluster'],
  ])('%s is understood', (url, connectionString, place) => {
    expect(serverAddress(url)).toEqual({ connectionString, place });
  });

  it.each([
    ['postgres://u:secret@db'],
    ['esdb://'],
    ['esdb://u:secret@'],
    ['esdb://u:secret@db?colour=red'],
    ['esdb://u:secret@db?tlsVerifyCert=false'],
    ['esdb://u:secret@db?tls'],
  ])('%s is refused, without its password', (url) => {
    let refused: unknown;
    try {
      serverAddress(url);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: 'event-store.connection-string', retryable: false });
    expect(String(refused)).not.toContain('secret');
  });
});
