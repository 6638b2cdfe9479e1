import { readKafkaUrl } from './kafka-url';

describe('a Kafka URL', () => {
  it('names a broker, and leaves everything else as usual', () => {
    expect(readKafkaUrl('kafka://127.0.0.1:9092')).toEqual({ brokers: ['127.0.0.1:9092'], prefix: '', clientId: 'slipway', tls: false });
  });

  it('names several brokers, who asks, and how', () => {
    const url =
      'kafka://slip%40way:p%3As%2Fs@a.example:9092,b.example:9093?sasl=scram-sha-512&tls=true&ca=/etc/ca.pem&prefix=blue.&replication=3&client-id=blue';
    expect(readKafkaUrl(url)).toEqual({
      brokers: ['a.example:9092', 'b.example:9093'],
      prefix: 'blue.',
      clientId: 'blue',
      replication: 3,
      tls: true,
      ca: '/etc/ca.pem',
      sasl: { mechanism: 'scram-sha-512', username: 'slip@way', password: 'p:s/s' },
    });
  });

  it('with authorities of its own means TLS', () => {
    expect(readKafkaUrl('kafka://a:1?ca=ca.pem').tls).toBe(true);
  });

  it.each([
    ['postgres://a:1', /must look like kafka:\/\/host:port/],
    ['kafka://', /number 1 is no host:port/],
    ['kafka://a', /number 1 is no host:port/],
    ['kafka://a:1,b', /number 2 is no host:port/],
    ['kafka://a:1/topic', /must look like/],
    ['kafka://a:1?acks=0', /can be prefix, client-id, .* only/],
    ['kafka://a:1?prefix=a/b', /prefix may hold letters/],
    ['kafka://a:1?tls=yes', /tls is true or false/],
    ['kafka://a:1?replication=0', /from 1 to 99/],
    ['kafka://u:secret@a:1', /need sasl=plain or scram-sha-256 or scram-sha-512/],
    ['kafka://u:secret@a:1?sasl=gssapi', /need sasl=plain/],
    ['kafka://a:1?sasl=plain', /needs user:password@/],
    ['kafka://u:secret%ZZ@a:1?sasl=plain', /must be percent-encoded/],
    ['kafka://u:secret/part@a:1?sasl=plain', /must look like/],
    ['kafka://u:1?secret=x@a:1', /parameters can be/],
    ['kafka://u:secret?part@a:1', /number 1 is no host:port/],
  ])('%s is refused in plain words, without its password', (url, reason) => {
    let refusal: unknown;
    try {
      readKafkaUrl(url);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'settings.invalid', retryable: false, message: expect.stringMatching(reason) as string });
    expect((refusal as Error).message).not.toContain('secret');
  });
});
