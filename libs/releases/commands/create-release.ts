import { defined, DomainError, isDomainError, type StreamMode, Streams } from '@slipway/kernel';
import { LifecyclesReader } from '@slipway/lifecycles/contract';
import {
  type CommandAnswer,
  CommandMessage,
  Handles,
  IsSlug,
  IsText,
  IsTextOfBytes,
  NotYet,
  Optional,
  ReadModels,
  SlipwayCommand,
} from '@slipway/platform';
import {
  type ActiveProject,
  type Channel,
  channelOf,
  DEFAULT_VERSION_TEMPLATE,
  isReleaseVersion,
  ProjectsReader,
  versionFrom,
} from '@slipway/projects/contract';
import type { CreateReleaseCommand } from '../domain/create-release';
import { releaseList } from '../projections/release-list';
import { createdBy, latestReleases } from '../queries/latest-releases';
import { ReleaseHandler } from './release-handler';
import { IsVersionOrTemplate } from './version-rule';

/** As JSON: process, variables and notes of the largest size fit one append together. */
const MAX_NOTES_BYTES = 64 * 1024;
/** How many versions that somebody else took meanwhile are passed over. */
const MOST_TRIES = 50;

@SlipwayCommand('public')
export class CreateRelease extends CommandMessage {
  @IsSlug() project!: string;
  /** None given: the next one by the project's template; a template: by that one. */
  @Optional() @IsVersionOrTemplate() version?: string;
  @Optional() @IsText(1, 200) title?: string;
  /** Markdown. */
  @Optional() @IsTextOfBytes(MAX_NOTES_BYTES) notes?: string;
  /** None named: the project's default channel. */
  @Optional() @IsSlug() channel?: string;
  @Optional() @NotYet() artifacts?: never;
}

/** `template`: what gave the version, where the request has none. */
type Numbered = CreateRelease & { version: string; template?: string };

/** Freezes the project's process and variables, and the lifecycle in force for the channel, as they are now. */
@Handles(CreateRelease)
export class CreateReleaseHandler extends ReleaseHandler<Numbered> {
  protected override readonly mode: StreamMode = 'new';

  constructor(
    streams: Streams,
    models: ReadModels,
    private readonly projects: ProjectsReader,
    private readonly lifecycles: LifecyclesReader,
  ) {
    super(streams, models);
  }

  /** Without a version its stream is found first: that of the release which this command created already, or of the next version. */
  override async execute(message: CreateRelease): Promise<CommandAnswer | undefined> {
    const { project, version, meta } = message;
    if (isReleaseVersion(version)) return super.execute(numbered(message, { version }));
    const created = await this.models.asOfHead(releaseList, (snapshot) => createdBy(snapshot, project, meta.commandId));
    if (created !== undefined) return super.execute(numbered(message, { version: created, recall: true }));
    return message.recall ? undefined : this.createNext(message);
  }

  protected async command({
    project: slug,
    version,
    template,
    title,
    notes,
    channel: wanted,
    meta,
  }: Numbered): Promise<CreateReleaseCommand> {
    const project = await this.projects.releasable(slug);
    const channel = channelIn(project, wanted);
    const named = channel.lifecycle ?? project.project.lifecycle;
    const lifecycle = await this.lifecycles.find(named);
    if (!lifecycle)
      throw new DomainError('conflict', 'lifecycle.not-found', `Project ${slug} names the lifecycle ${named}, which does not exist.`, {
        project: slug,
      });
    // Retention is not frozen: the rules of the day hold for all releases.
    const phases = (await this.lifecycles.phasesOf(lifecycle)).map(({ retention: _, ...phase }) => phase);
    const frozen = defined({ slug: lifecycle.slug, name: lifecycle.name, phases });
    return { type: 'CreateRelease', data: defined({ version, template, title, notes, channel, project, lifecycle: frozen }), meta };
  }

  /** Where somebody else takes the version meanwhile, it counts as the latest one, and the next is tried. */
  private async createNext(message: CreateRelease): Promise<CommandAnswer | undefined> {
    const project = await this.projects.releasable(message.project);
    const channel = channelIn(project, message.channel).slug;
    const template = message.version === undefined ? templateOf(project) : undefined;
    let latest = await this.models.asOfHead(releaseList, (snapshot) => latestReleases(snapshot, message.project, channel));
    for (let tries = 1; ; tries += 1) {
      const version = nextVersion(message, project, { ...latest, channel });
      try {
        return await super.execute(numbered(message, defined({ version, template })));
      } catch (error) {
        const taken = isDomainError(error) && error.code === 'release.already-exists';
        if (!taken || version === latest.last || tries >= MOST_TRIES) throw error;
        latest = { last: version, lastInChannel: version };
      }
    }
  }
}

function numbered(message: CreateRelease, given: { version: string; template?: string; recall?: true }): Numbered {
  return Object.assign(new CreateRelease(), message, given);
}

function templateOf({ project }: ActiveProject): string {
  return project.versionTemplate ?? DEFAULT_VERSION_TEMPLATE;
}

/** Errors: those of versionFrom, with the pointer of the template where the request brought it. */
function nextVersion(
  { version: asked, meta }: CreateRelease,
  project: ActiveProject,
  facts: Omit<Parameters<typeof versionFrom>[1], 'now'>,
): string {
  try {
    return versionFrom(asked ?? templateOf(project), { ...facts, now: meta.now }, project.variables.variables);
  } catch (error) {
    if (asked === undefined || !isDomainError(error)) throw error;
    throw new DomainError(error.kind, error.code, error.message, error.facts, [{ pointer: '/version', message: error.message }]);
  }
}

/** Errors: DomainError `release.unknown-channel`. */
function channelIn({ project, channels: { channels } }: ActiveProject, wanted: string | undefined): Channel {
  const channel = channelOf(channels, wanted);
  if (channel) return channel;
  const message = `project ${project.slug} has no channel ${wanted}: it has ${channels.map(({ slug }) => slug).join(', ')}`;
  throw new DomainError('invalid', 'release.unknown-channel', `The release cannot be created: ${message}.`, { channel: wanted }, [
    { pointer: '/channel', message },
  ]);
}
