import { EgressPolicy, isEgressRule } from './egress-policy';

const refusal = (address: string, { allow = [] as string[], deny = [] as string[], host = address } = {}) =>
  new EgressPolicy(allow, deny).refusal(host, address);

describe('the egress policy', () => {
  it.each(['127.0.0.1', '::1', '10.1.2.3', '172.16.0.1', '192.168.1.7', 'fd12::1', '100.64.0.1', '93.184.216.34', '2606:2800::1'])(
    'lets %s through: things are deployed to this machine, to private networks and to the world',
    (address) => expect(refusal(address)).toBeUndefined(),
  );

  it.each([
    ['169.254.0.1', 'a link-local address'],
    ['169.254.169.254', 'a link-local address'],
    ['fe80::1', 'a link-local address'],
    ['fe80::1%eth0', 'a link-local address'],
    ['febf:ffff::1', 'a link-local address'],
    ['100.100.100.200', 'an address of cloud metadata'],
    ['192.0.0.192', 'an address of cloud metadata'],
    ['168.63.129.16', 'an address of cloud metadata'],
    ['fd00:ec2::254', 'an address of cloud metadata'],
    ['fd20:ce::254', 'an address of cloud metadata'],
    ['0.0.0.0', 'the unspecified address'],
    ['::', 'the unspecified address'],
    ['224.0.0.1', 'a multicast address'],
    ['239.255.255.255', 'a multicast address'],
    ['ff02::1', 'a multicast address'],
    ['255.255.255.255', 'the broadcast address'],
  ])('refuses %s: it is %s', (address, what) => {
    expect(refusal(address)).toBe(`${address} may not be called: it is ${what}. The setting EGRESS_ALLOW can let it through`);
  });

  it.each([
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::169.254.169.254',
    '::ffff:0:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
  ])('refuses the IPv4 address that %s leads to', (address) => {
    expect(refusal(address)).toContain('it is a link-local address');
    expect(refusal(address, { allow: ['169.254.169.254'] })).toBeUndefined();
    expect(refusal(address, { allow: ['169.254.0.0/16'], deny: ['169.254.169.0/24'] })).toContain('EGRESS_DENY');
  });

  it('names the host and the address that it leads to', () => {
    expect(refusal('169.254.169.254', { host: 'Metadata.Google.Internal.' })).toMatch(
      /^metadata\.google\.internal \(169\.254\.169\.254\) may not be called/,
    );
  });

  it('lets through what EGRESS_ALLOW names, by address, range or host', () => {
    for (const allow of ['169.254.169.254', '169.254.0.0/16', '0.0.0.0/0', 'Metadata.internal'])
      expect(refusal('169.254.169.254', { allow: [allow], host: 'metadata.internal' })).toBeUndefined();
    for (const allow of ['169.254.169.253', '10.0.0.0/8', 'internal', '::/0'])
      expect(refusal('169.254.169.254', { allow: [allow], host: 'metadata.internal' })).toBeDefined();
  });

  it('refuses what EGRESS_DENY names, whatever EGRESS_ALLOW says', () => {
    const said = 'db.example.org (10.1.2.3) may not be called: the setting EGRESS_DENY names it';
    for (const deny of ['10.0.0.0/8', '10.1.2.3/32', 'db.example.org', '0.0.0.0/0'])
      expect(refusal('10.1.2.3', { allow: ['10.1.2.3', 'db.example.org'], deny: [deny], host: 'db.example.org' })).toBe(said);
    expect(refusal('10.1.2.3', { deny: ['10.0.0.0/9', 'example.org'], host: 'db.example.org' })).toBe(said);
    expect(refusal('10.200.2.3', { deny: ['10.0.0.0/9', 'example.org'], host: 'db.example.org' })).toBeUndefined();
    expect(refusal('::1', { deny: ['::1'] })).toContain('EGRESS_DENY');
  });

  it.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', 'fe80::/10', '::1', '::ffff:1.2.3.4', 'localhost', 'a.b-c.example.org', 'x1', 'x_y.z'])(
    'takes %s as an entry',
    (text) => expect(isEgressRule(text)).toBe(true),
  );

  it.each(['', ' ', '10', '10/8', '10.0.0/8', '300.1.1.1', '0x7f.1', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1'])(
    'takes %j for no entry',
    (text) => expect(isEgressRule(text)).toBe(false),
  );

  it.each(['fe80::/129', 'fe80::1%eth0', 'https://x', 'x:80', '*.example.org', '-x', 'x-', 'a..b', 'a b', '.', 'x'.repeat(64), '[::1]'])(
    'nor %j',
    (text) => expect(isEgressRule(text)).toBe(false),
  );
});
