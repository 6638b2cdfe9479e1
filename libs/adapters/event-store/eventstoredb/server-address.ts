import { InfrastructureError } from '@slipway/kernel';

/** How the client is told to connect, and how people are told where to: without credentials. */
export interface ServerAddress {
  readonly connectionString: string;
  readonly place: string;
}

const FORM = /^(?:esdb|kurrentdb)(\+discover)?:\/\/(?:[^@/]*@)?([^@/?]+)\/?(?:\?(.*))?$/;
/** What the client understands. It prints the whole string, password included, about any other option. */
const OPTIONS = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'tls',
  'tlscafile',
  'usercertfile',
  'userkeyfile',
]);

/** Errors: InfrastructureError `event-store.connection-string`, not retryable. */
export function serverAddress(url: string): ServerAddress {
  const [, discover = '', hosts = '', options = ''] = FORM.exec(url.trim()) ?? [];
  if (hosts === '') throw unreadable('it has the form esdb://[user:password@]host[:port][,host[:port]…][?option=value&…]');
  for (const option of options.split('&').filter((part) => part !== '')) {
    const [name = '', value = ''] = option.split('=');
    if (!OPTIONS.has(name.toLowerCase().replace(/[_-]/g, ''))) {
      throw unreadable(`there is no option ${name}; to trust a certificate of your own name its file with tlsCAFile`);
    }
    if (value === '') throw unreadable(`the option ${name} has no value`);
  }
  return { connectionString: url.trim().replace(/^kurrentdb/, 'esdb'), place: `esdb${discover}://${hosts}` };
}

export function unreadable(why: string): InfrastructureError {
  return new InfrastructureError('event-store.connection-string', `the connection string of the event store cannot be read: ${why}`, false);
}
