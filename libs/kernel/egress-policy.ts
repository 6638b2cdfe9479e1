import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];
type Rule = { readonly host: string } | { readonly range: Range };

/** Refused unless allowed by a setting: what answers there is the machine or its cloud, never a service that a deployment is about. */
const REFUSED: readonly (readonly [what: string, ranges: readonly string[]])[] = [
  ['a link-local address', ['169.254.0.0/16', 'fe80::/10']],
  // Alibaba, Oracle, Azure, AWS, Google: those outside of the link-local ranges.
  ['an address of cloud metadata', ['100.100.100.200/32', '192.0.0.192/32', '168.63.129.16/32', 'fd00:ec2::/32', 'fd20:ce::254/128']],
  ['the unspecified address', ['0.0.0.0/32', '::/128']],
  ['a multicast address', ['224.0.0.0/4', 'ff00::/8']],
  ['the broadcast address', ['255.255.255.255/32']],
];

/** Ranges of IPv6 whose addresses lead to an IPv4 one, and at which of their eight groups that stands: mapped, compatible, translated, NAT64 (twice), 6to4. */
const EMBEDDING: readonly (readonly [range: string, group: number])[] = [
  ['::ffff:0:0/96', 6],
  ['::/96', 6],
  ['::ffff:0:0:0/96', 6],
  ['64:ff9b::/96', 6],
  ['64:ff9b:1::/48', 6],
  ['2002::/16', 1],
];

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Which addresses Slipway may call (quality.md §3). Loopback and private networks are allowed, since that is where things are deployed; what `allow` names
 * is too; what `deny` names is not, whatever else is said. Entries are addresses, CIDR ranges and host names.
 */
export class EgressPolicy {
  private readonly allowed: readonly Rule[];
  private readonly denied: readonly Rule[];

  /** Errors: a plain Error for an entry that is none (`isEgressRule`). */
  constructor(allow: readonly string[] = [], deny: readonly string[] = []) {
    this.allowed = allow.map(ruleOf);
    this.denied = deny.map(ruleOf);
  }

  /** Why an address (an IP one) that a host name or the address itself led to may not be called; undefined when it may. */
  refusal(host: string, address: string): string | undefined {
    const name = plainName(host);
    const forms = formsOf(ipaddr.parse(address));
    const named = (rule: Rule) => ('host' in rule ? rule.host === name : forms.some((form) => isIn(form, rule.range)));
    const shown = name === address ? address : `${name} (${address})`;
    if (this.denied.some(named)) return `${shown} may not be called: the setting EGRESS_DENY names it`;
    if (this.allowed.some(named)) return undefined;
    const [what] = REFUSED_RANGES.find(([, ranges]) => ranges.some((range) => forms.some((form) => isIn(form, range)))) ?? [];
    return what && `${shown} may not be called: it is ${what}. The setting EGRESS_ALLOW can let it through`;
  }
}

/** Whether a text can be an entry of an egress policy: an address, a CIDR range or a host name. */
export function isEgressRule(text: string): boolean {
  try {
    ruleOf(text);
    return true;
  } catch {
    return false;
  }
}

function ruleOf(text: string): Rule {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) !== 0 && !address.includes('%') && rest.length === 0) {
    const parsed = ipaddr.parse(address);
    const most = parsed.kind() === 'ipv4' ? 32 : 128;
    const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
    if (length <= most) return { range: [parsed, length] };
  }
  const host = plainName(text);
  // A name that ends in a number would be read as an address: https://url.spec.whatwg.org/#ends-in-a-number-checker
  if (!HOST.test(host) || /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host)) throw new Error('no address, CIDR range or host name');
  return { host };
}

function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** The address, and the IPv4 one in it. */
function formsOf(address: Address): Address[] {
  if (!(address instanceof ipaddr.IPv6)) return [address];
  const group = EMBEDDING_RANGES.find(([range]) => isIn(address, range))?.[1];
  if (group === undefined) return [address];
  const [high = 0, low = 0] = address.parts.slice(group, group + 2);
  return [address, new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255])];
}

function isIn(address: Address, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

const rangeOf = (text: string): Range => ipaddr.parseCIDR(text);
const REFUSED_RANGES = REFUSED.map(([what, ranges]) => [what, ranges.map(rangeOf)] as const);
const EMBEDDING_RANGES = EMBEDDING.map(([range, group]) => [rangeOf(range), group] as const);
