/** What Node and OpenSSL call the things that go wrong on the way, in words. `{host}` is the host with its port. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host {host}: its name cannot be looked up',
  EAI_AGAIN: 'the name of {host} cannot be looked up at the moment',
  ECONNREFUSED: 'nobody listens at {host} (connection refused)',
  ECONNRESET: '{host} closed the connection before its answer was whole',
  EPIPE: '{host} closed the connection before it had read the request',
  ETIMEDOUT: '{host} cannot be reached (connecting took too long)',
  EHOSTUNREACH: '{host} cannot be reached (no route to it)',
  ENETUNREACH: '{host} cannot be reached (no route to its network)',
  CERT_HAS_EXPIRED: 'the certificate of {host} has expired',
  CERT_NOT_YET_VALID: 'the certificate of {host} is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate of {host} is not trusted here (it is self-signed)',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate of {host} is not trusted here (its authority is unknown)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate of {host} is not trusted here (its authority is unknown)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate of {host} is not trusted here (its chain is not whole)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate of {host} is for another host',
  HPE_HEADER_OVERFLOW: 'the headers of the answer of {host} are too long',
  ERR_INVALID_CHAR: 'a header holds a character that headers cannot hold',
};

/** Why an exchange with a host failed. */
export function failureWords(error: unknown, host: string): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return (WORDS[code] ?? familyWords(code)).replace('{host}', host);
}

function familyWords(code: string): string {
  if (code.startsWith('HPE_')) return `{host} does not answer with HTTP (${code})`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return `{host} does not speak TLS as it should (${code})`;
  return `the exchange with {host} failed${code === '' ? '' : ` (${code})`}`;
}
