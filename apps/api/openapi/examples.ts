/** Bodies that are accepted as they stand, in this order, on a fresh Slipway: the path parameters are those of `parameters.ts`. */
export interface Example {
  readonly summary: string;
  readonly value: object;
}

const script = (run: string) => ({ type: 'script', input: { run } });

export const examples: Readonly<Record<string, Readonly<Record<string, Example>>>> = {
  createEnvironment: {
    first: { summary: 'The slug is enough', value: { slug: 'development' } },
    ordered: { summary: 'With its place in the order', value: { slug: 'staging', name: 'Staging', order: 20 } },
    described: {
      summary: 'With everything',
      value: { slug: 'production', name: 'Production', description: 'What customers see', order: 30, failureMode: 'fail' },
    },
  },
  changeEnvironment: { rename: { summary: 'null takes a value away', value: { name: 'Live', description: null } } },
  createLifecycle: {
    web: {
      summary: 'Development by itself, then staging, then production',
      value: {
        slug: 'web',
        name: 'Web shops',
        phases: [
          { name: 'Build', environments: [{ environment: 'development', automatic: true }] },
          { name: 'Try', environments: [{ environment: 'staging' }], minimum: 1 },
          { name: 'Live', environments: [{ environment: 'production' }], retention: { keep: 'all' } },
        ],
        retention: { releases: 20 },
      },
    },
  },
  changeLifecycle: { rename: { summary: 'Phases stay as they are', value: { name: 'All web shops' } } },
  createVariableSet: {
    mail: { summary: 'What several projects share', value: { slug: 'mail', name: 'Mail', description: 'How we send it.' } },
  },
  changeVariableSet: { describe: { summary: 'Say more about it', value: { description: 'How all shops send it.' } } },
  changeSetVariables: {
    scoped: {
      summary: 'One value for production, one for everywhere else',
      value: {
        variables: [
          { name: 'Mail.Host', value: 'mail.test.example.org' },
          { name: 'Mail.Host', value: 'mail.example.org', scope: { environments: ['production'] } },
        ],
      },
    },
  },
  createProject: { shop: { summary: 'A project', value: { slug: 'web-shop', name: 'Web shop', lifecycle: 'web' } } },
  changeProject: {
    describe: { summary: 'Say more about it', value: { description: 'Where customers buy.' } },
    sets: { summary: 'Include a variable set', value: { variableSets: ['mail'] } },
    versions: {
      summary: 'Releases without a version count the minor',
      value: { versionTemplate: '#{Slipway.Version.LastMajor}.#{Slipway.Version.NextMinor}.0' },
    },
  },
  createFreeze: {
    once: {
      summary: 'Nothing goes to production over the holidays',
      value: {
        slug: 'year-end',
        reason: 'Nobody is here to help.',
        environments: ['production'],
        start: '2099-12-20T18:00:00+01:00',
        end: '2100-01-04T08:00:00+01:00',
        timeZone: 'Europe/Berlin',
      },
    },
    weekly: {
      summary: 'One project, every weekend of a winter',
      value: {
        slug: 'weekends',
        name: 'Weekends',
        projects: ['web-shop'],
        start: '2099-11-06T18:00:00+01:00',
        end: '2099-11-09T08:00:00+01:00',
        timeZone: 'Europe/Berlin',
        recurrence: { rule: 'FREQ=WEEKLY;BYDAY=FR;UNTIL=21000331' },
      },
    },
  },
  changeFreeze: { yearly: { summary: 'Every year', value: { recurrence: { rule: 'FREQ=YEARLY' }, environments: null } } },
  changeProcess: {
    service: {
      summary: 'Ask a service for a job, wait until it is done, and until the shop is healthy',
      value: {
        steps: [
          {
            name: 'Migrate',
            type: 'http',
            input: {
              method: 'POST',
              url: 'https://jobs.example.org/migrations/#{Host}',
              headers: { accept: 'application/json' },
              body: { host: '#{Host}' },
              expectStatus: [202],
            },
          },
          {
            name: 'Wait for the migration',
            type: 'http',
            input: {
              url: 'https://jobs.example.org/migrations/#{Host}',
              until: { pointer: '/state', equals: 'done' },
              interval: 'PT10S',
            },
            timeout: 'PT30M',
          },
          {
            name: 'Wait for health',
            type: 'health-check',
            input: { url: 'https://#{Host}/health', expectStatus: [200, 204], healthyFor: 'PT30S', interval: 'PT5S' },
          },
        ],
      },
    },
    steps: {
      summary: 'Two scripts, one after the other',
      value: {
        steps: [
          {
            name: 'Deploy',
            type: 'script',
            input: {
              run: 'echo "serving $SLIPWAY_PROJECT $SLIPWAY_RELEASE at $ADDRESS"; echo "address=$ADDRESS" >> "$SLIPWAY_OUTPUT"',
              shell: 'bash',
              env: { ADDRESS: 'https://#{Host}' },
            },
            required: true,
            timeout: 'PT10M',
            roles: ['web'],
          },
          { name: 'Check', ...script('echo all is well'), excludeEnvironments: ['development'] },
        ],
      },
    },
  },
  changeVariables: {
    scoped: {
      summary: 'One value for production, one for everywhere else',
      value: {
        variables: [
          { name: 'Host', value: 'test.example.org' },
          { name: 'Host', value: 'shop.example.org', scope: { environments: ['production'], roles: ['web'] } },
        ],
      },
    },
    prompted: {
      summary: 'Asked for when a deployment is scheduled; the mail host from a set, unless this is a test',
      value: {
        variables: [
          { name: 'Host', value: 'test.example.org' },
          { name: 'Mail', value: '#{if Dry run}nobody#{else}#{Mail.Host | ToLower}#{/if}' },
          { name: 'Dry run', value: 'False', prompt: { label: 'Dry run?', control: 'checkbox' } },
        ],
      },
    },
  },
  changeChannels: {
    beta: {
      summary: 'Stable releases by default, and betas',
      value: {
        channels: [
          { slug: 'default', name: 'Stable', default: true, versions: '>=1.0.0', prerelease: 'none' },
          { slug: 'beta', description: 'For those who ask.', lifecycle: 'default', prerelease: 'beta\\.\\d+' },
        ],
      },
    },
  },
  createRelease: {
    release: { summary: 'Freeze everything as it is now', value: { version: '1.4.0', title: 'Spring sale', notes: '- cheaper shoes' } },
    next: { summary: "The next version by the project's template", value: { title: 'Summer sale' } },
  },
  updateVariables: { again: { summary: 'An earlier snapshot again', value: { snapshot: 1 } } },
  blockRelease: { why: { summary: 'It enters no further phase', value: { reason: 'The prices are wrong.' } } },
  unblockRelease: { why: { summary: 'It may go on', value: { reason: 'They were right after all.' } } },
  scheduleDeployment: {
    now: { summary: 'Now', value: { environment: 'development' } },
    options: {
      summary: 'Without a step, and not if it has not started within two hours',
      value: { environment: 'development', exclude: ['Check'], expiresAfter: 'PT2H', comment: 'once more', priority: true },
    },
  },
  promoteRelease: { staging: { summary: 'On to staging', value: { to: 'staging', comment: 'as agreed' } } },
  cancelDeployment: { why: { summary: 'With the reason', value: { reason: 'wrong version' } } },
  redeployDeployment: { again: { summary: 'Nothing to say', value: {} } },
  rollBackDeployment: { frozen: { summary: 'Also while a freeze is on', value: { overrideFreeze: { reason: 'Customers cannot pay.' } } } },
  resolveInterruption: {
    retry: { summary: 'Try the failed step again', value: { answer: 'retry', notes: 'The disk was full; it is not any more.' } },
    proceed: {
      summary: 'Approve, with an output for later steps',
      value: { answer: 'proceed', notes: 'Looks good.', outputs: { Ticket: 'OPS-7' } },
    },
  },
  createWebhook: {
    chat: {
      summary: 'Tell a chat how deployments to production end',
      value: {
        slug: 'chat',
        url: 'https://chat.example.org/hooks/7',
        filter: { types: ['DeploymentConcluded'], environments: ['production'] },
      },
    },
    later: {
      summary: 'Everything about a project, with a secret that the receiver knows already; nothing is sent until it is enabled',
      value: {
        slug: 'warehouse',
        url: 'https://warehouse.example.org/events',
        filter: { projects: ['web-shop'] },
        enabled: false,
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      },
    },
  },
  changeWebhook: { moved: { summary: 'The receiver has moved', value: { url: 'https://chat.example.org/hooks/8' } } },
  replayWebhook: {
    again: { summary: 'Once more from a position on', value: { from: '1' } },
  },
  replayEvents: {
    everything: { summary: 'The whole history, for a service that starts now', value: { slug: 'warehouse' } },
    some: {
      summary: 'How deployments of one project ended, from a position on',
      value: { slug: 'reports', from: '1', filter: { types: ['DeploymentConcluded'], projects: ['web-shop'] } },
    },
  },
  verifyAudit: {
    everything: { summary: 'The whole history', value: {} },
    some: { summary: 'One stream, from a position on', value: { stream: 'environment-development', from: '1' } },
  },
};
