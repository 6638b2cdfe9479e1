import { type Command, contentHash, DomainError } from '@slipway/kernel';
import { type ActiveProject, type Channel, versionProblems } from '@slipway/projects/contract';
import { openPhases } from './open-phases';
import { newRelease } from './release';
import type { FrozenLifecycle, ReleaseCreated, ReleaseEvent } from './release.events';

export interface CreateReleaseCommand extends Command {
  readonly type: 'CreateRelease';
  readonly data: {
    readonly version: string;
    /** What gave the version, where nobody asked for one. */
    readonly template?: string;
    readonly title?: string;
    readonly notes?: string;
    readonly channel: Channel;
    /** The project as it stands, and the phases in force. */
    readonly project: ActiveProject;
    readonly lifecycle: Omit<FrozenLifecycle, 'hash'>;
  };
}

/** Errors: DomainError `release.version-rule`. */
function checkVersion({ version, template, channel }: CreateReleaseCommand['data']): void {
  const problems = versionProblems(channel, version);
  if (problems.length === 0) return;
  const refused = `Version ${version} may not be released: ${problems.join('; ')}.`;
  const facts = { version, channel: channel.slug };
  if (template !== undefined) {
    const remedy = `give a \`version\`, or change the project's \`versionTemplate\`, which is ${template}`;
    const message = `${refused} It is the next one, since the request has none: ${remedy}.`;
    throw new DomainError('conflict', 'release.version-rule', message, { ...facts, template });
  }
  const errors = problems.map((problem) => ({ pointer: '/version', message: problem }));
  throw new DomainError('conflict', 'release.version-rule', `${refused} Choose another version or channel.`, facts, errors);
}

/** Freezes process, variables and lifecycle; reaches the first phases and schedules what is automatic there. */
export function createRelease({ data, meta }: CreateReleaseCommand): ReleaseEvent[] {
  const { project, process, variables } = data.project;
  checkVersion(data);
  if (process.steps.length === 0) {
    throw new DomainError(
      'conflict',
      'project.no-process',
      `Project ${project.slug} has no steps yet: PUT /api/v1/projects/${project.slug}/process first.`,
      { project: project.slug },
    );
  }
  if (data.lifecycle.phases.length === 0) {
    throw new DomainError(
      'conflict',
      'lifecycle.no-environments',
      `Lifecycle ${data.lifecycle.slug} leads nowhere, since there is no environment: POST /api/v1/environments first.`,
      {
        lifecycle: data.lifecycle.slug,
      },
    );
  }
  const lifecycle: FrozenLifecycle = { ...data.lifecycle, hash: contentHash(data.lifecycle.phases) };
  const frozenVariables = { revision: variables.revision, hash: contentHash(variables.variables), variables: variables.variables };
  const frozenProcess = { revision: process.revision, hash: contentHash(process.steps), steps: process.steps };
  const created: ReleaseCreated = {
    type: 'ReleaseCreated',
    data: {
      project: project.slug,
      version: data.version,
      ...(data.title === undefined ? {} : { title: data.title }),
      ...(data.notes === undefined ? {} : { notes: data.notes }),
      channel: data.channel.slug,
      process: frozenProcess,
      variables: frozenVariables,
      lifecycle,
      contentHash: contentHash([frozenProcess.hash, frozenVariables.hash, lifecycle.hash]),
    },
  };
  const release = newRelease(created.data, { at: meta.now, by: meta.actor, event: '' });
  return [created, ...openPhases(release, meta)];
}
