import { NOBODY, type Prepared, QUIET } from './prepared-shop';
import { API, ELSEWHERE, SHOP, STEP } from './shop';

/** A route that takes a command, with a request that it accepts. */
export interface CommandRouteCase {
  readonly command: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly status: 201 | 202;
  readonly required?: readonly string[];
  /** Where the resource is found afterwards, for as long as nothing more happens to it. */
  readonly resource?: string;
  /** What it is about may be over before it is asked for: then it changes nothing. */
  readonly mayBeOver?: true;
}

const NOTHING: Prepared = { waiting: '', undone: '', last: '', interruption: '', deadLetter: '' };

const phases = [{ name: 'all', environments: [{ environment: 'staging', automatic: false }], minimum: 1, optional: false }];
const RELEASE = `${SHOP}/releases/1.0.0`;

/** Every command that HTTP reaches; in this order all of them succeed in a prepared shop. */
export function commandRoutes({ waiting, undone, last, interruption, deadLetter }: Prepared = NOTHING): CommandRouteCase[] {
  return [
    {
      command: 'CreateEnvironment',
      method: 'POST',
      path: `${API}/environments`,
      body: { slug: 'qa', name: 'Quality', description: '', order: 5, failureMode: 'fail' },
      status: 201,
      required: ['slug'],
      resource: `${API}/environments/qa`,
    },
    {
      command: 'ChangeEnvironment',
      method: 'PATCH',
      path: `${API}/environments/staging`,
      body: { name: 'Stage', description: null, order: 7 },
      status: 202,
      resource: `${API}/environments/staging`,
    },
    {
      command: 'CreateLifecycle',
      method: 'POST',
      path: `${API}/lifecycles`,
      body: { slug: 'short', name: 'Short', phases, retention: { releases: 20 } },
      status: 201,
      required: ['slug', 'phases'],
      resource: `${API}/lifecycles/short`,
    },
    { command: 'ChangeLifecycle', method: 'PATCH', path: `${API}/lifecycles/default`, body: { name: 'Plain', phases }, status: 202 },
    {
      command: 'CreateVariableSet',
      method: 'POST',
      path: `${API}/variable-sets`,
      body: { slug: 'base', name: 'Base', description: 'How we send it' },
      status: 201,
      required: ['slug'],
      resource: `${API}/variable-sets/base`,
    },
    {
      command: 'ChangeVariableSet',
      method: 'PATCH',
      path: `${API}/variable-sets/mail`,
      body: { name: 'All mail', description: null },
      status: 202,
      resource: `${API}/variable-sets/mail`,
    },
    {
      command: 'ChangeSetVariables',
      method: 'PUT',
      path: `${API}/variable-sets/mail/variables`,
      body: { variables: [{ name: 'Mail.Host', value: 'smtp.example.org', scope: { environments: ['staging'], roles: ['web'] } }] },
      status: 202,
      required: ['variables'],
      resource: `${API}/variable-sets/mail/variables`,
    },
    {
      command: 'CreateProject',
      method: 'POST',
      path: `${API}/projects`,
      body: {
        slug: 'blog',
        name: 'Blog',
        description: 'What we write',
        lifecycle: 'web',
        versionTemplate: '1.0.#{Slipway.Version.NextPatch}',
        variableSets: ['mail'],
      },
      status: 201,
      required: ['slug'],
      resource: `${API}/projects/blog`,
    },
    {
      command: 'CreateFreeze',
      method: 'POST',
      path: `${API}/freezes`,
      body: {
        ...{ slug: 'summer', name: 'Summer', reason: 'hot', projects: ['shop'], environments: ['production'], timeZone: 'Europe/Berlin' },
        ...{ start: '2099-06-20T17:00:00Z', end: '2099-06-27T07:00:00Z', recurrence: { rule: 'FREQ=YEARLY' } },
      },
      status: 201,
      required: ['slug', 'start', 'end'],
      resource: `${API}/freezes/summer`,
    },
    {
      command: 'ChangeFreeze',
      method: 'PATCH',
      path: `${API}/freezes/winter`,
      body: { name: null, end: '2099-12-28T07:00:00Z' },
      status: 202,
      resource: `${API}/freezes/winter`,
    },
    { command: 'DeleteFreeze', method: 'DELETE', path: `${API}/freezes/winter`, status: 202 },
    { command: 'ChangeProject', method: 'PATCH', path: SHOP, body: { name: 'Web shop', description: null }, status: 202, resource: SHOP },
    {
      command: 'ChangeProcess',
      method: 'PUT',
      path: `${SHOP}/process`,
      body: {
        steps: [{ ...STEP, environments: ['staging'], timeout: 'PT5M', pool: 'default', roles: ['web'], required: false }, ELSEWHERE],
      },
      status: 202,
      required: ['steps'],
      resource: `${SHOP}/process`,
    },
    {
      command: 'ChangeVariables',
      method: 'PUT',
      path: `${SHOP}/variables`,
      body: {
        variables: [
          { name: 'Colour', value: 'blue', scope: { environments: ['staging'], roles: ['web'] } },
          { name: 'Size', value: 'S', prompt: { label: 'Which size?', required: true, control: 'select', options: ['S', 'M'] } },
        ],
      },
      status: 202,
      required: ['variables'],
      resource: `${SHOP}/variables`,
    },
    {
      command: 'ChangeChannels',
      method: 'PUT',
      path: `${SHOP}/channels`,
      body: {
        channels: [
          { slug: 'default', name: 'Stable', description: '', default: true, lifecycle: 'web', versions: '>=0.1.0', prerelease: 'any' },
        ],
      },
      status: 202,
      required: ['channels'],
      resource: `${SHOP}/channels`,
    },
    {
      command: 'CreateRelease',
      method: 'POST',
      path: `${SHOP}/releases`,
      body: { version: '1.1.0', title: 'Spring', notes: '# New', channel: 'default' },
      status: 201,
      resource: `${SHOP}/releases/1.1.0`,
    },
    { command: 'UpdateVariables', method: 'POST', path: `${RELEASE}/variables/update`, status: 202, resource: RELEASE },
    {
      command: 'BlockRelease',
      method: 'POST',
      path: `${RELEASE}/block`,
      body: { reason: 'wait' },
      status: 202,
      required: ['reason'],
      resource: RELEASE,
    },
    { command: 'UnblockRelease', method: 'POST', path: `${RELEASE}/unblock`, body: { reason: 'go on' }, status: 202, resource: RELEASE },
    {
      command: 'ScheduleDeployment',
      method: 'POST',
      path: `${RELEASE}/deployments`,
      body: {
        environment: 'development',
        expiresAfter: 'PT1H',
        exclude: ['Deploy'],
        failureMode: 'default',
        prompted: { 'Which size?': 'M' },
        comment: 'again',
        priority: false,
      },
      status: 201,
      required: ['environment'],
    },
    {
      command: 'PromoteRelease',
      method: 'POST',
      path: `${RELEASE}/promotions`,
      body: { to: 'staging', comment: 'go', exclude: ['Deploy'] },
      status: 201,
      required: ['to'],
    },
    { command: 'CancelDeployment', method: 'POST', path: `${API}/deployments/${waiting}/cancel`, body: { reason: 'later' }, status: 202 },
    { command: 'PrioritizeDeployment', method: 'POST', path: `${API}/deployments/${last}/prioritize`, status: 202 },
    { command: 'RedeployDeployment', method: 'POST', path: `${API}/deployments/${undone}/redeploy`, status: 201 },
    { command: 'RollBackDeployment', method: 'POST', path: `${API}/deployments/${undone}/rollback`, status: 201 },
    { command: 'TakeInterruption', method: 'POST', path: `${API}/interruptions/${interruption}/take`, status: 202 },
    {
      command: 'ResolveInterruption',
      method: 'POST',
      path: `${API}/interruptions/${interruption}/resolve`,
      body: { answer: 'abort', notes: 'not today', outputs: { Ticket: 'OPS-7' } },
      status: 202,
      required: ['answer'],
    },
    {
      command: 'CreateWebhook',
      method: 'POST',
      path: `${API}/webhooks`,
      body: {
        slug: 'chat',
        url: NOBODY,
        filter: { ...QUIET, environments: ['staging'] },
        enabled: true,
        secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
      },
      status: 201,
      required: ['slug', 'url'],
      resource: `${API}/webhooks/chat`,
    },
    {
      command: 'ChangeWebhook',
      method: 'PATCH',
      path: `${API}/webhooks/ops`,
      body: { url: `${NOBODY}ops`, filter: QUIET, enabled: true, secret: `whsec_${Buffer.alloc(24, 8).toString('base64')}` },
      status: 202,
      resource: `${API}/webhooks/ops`,
    },
    {
      command: 'ReplayWebhook',
      method: 'POST',
      path: `${API}/webhooks/ops/replay`,
      body: { from: '0', to: '0', deadLettersOnly: true },
      status: 202,
      required: ['from'],
    },
    { command: 'DeleteWebhook', method: 'DELETE', path: `${API}/webhooks/ops`, status: 202 },
    {
      command: 'ReplayEvents',
      method: 'POST',
      path: `${API}/events/replays`,
      body: { slug: 'late', from: '0', to: '0', stream: 'project-shop', filter: { types: ['ReleaseCreated'] } },
      status: 201,
      required: ['slug'],
    },
    { command: 'CancelEventReplay', method: 'POST', path: `${API}/events/replays/late/cancel`, status: 202, mayBeOver: true },
    { command: 'ReplayDeadLetter', method: 'POST', path: `${API}/dead-letters/${deadLetter}/replay`, status: 202 },
    { command: 'DeleteRelease', method: 'DELETE', path: `${SHOP}/releases/0.9.0`, status: 202 },
  ];
}
