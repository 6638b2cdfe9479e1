import { defined, DomainError, type StreamMode, Streams } from '@slipway/kernel';
import { LifecyclesReader } from '@slipway/lifecycles/contract';
import { CommandMessage, Handles, IsSlug, IsText, IsTextOfBytes, NotYet, Optional, ReadModels, SlipwayCommand } from '@slipway/platform';
import { type Channel, channelOf, type ActiveProject, ProjectsReader } from '@slipway/projects/contract';
import type { CreateReleaseCommand } from '../domain/create-release';
import { ReleaseHandler } from './release-handler';
import { IsReleaseVersion } from './version-rule';

/** As JSON: process, variables and notes of the largest size fit one append together. */
const MAX_NOTES_BYTES = 64 * 1024;

@SlipwayCommand('public')
export class CreateRelease extends CommandMessage {
  @IsSlug() project!: string;
  @IsReleaseVersion() version!: string;
  @Optional() @IsText(1, 200) title?: string;
  /** Markdown. */
  @Optional() @IsTextOfBytes(MAX_NOTES_BYTES) notes?: string;
  /** None named: the project's default channel. */
  @Optional() @IsSlug() channel?: string;
  @Optional() @NotYet() artifacts?: never;
}

/** Freezes the project's process and variables, and the lifecycle in force for the channel, as they are now. */
@Handles(CreateRelease)
export class CreateReleaseHandler extends ReleaseHandler<CreateRelease> {
  protected override readonly mode: StreamMode = 'new';

  constructor(
    streams: Streams,
    models: ReadModels,
    private readonly projects: ProjectsReader,
    private readonly lifecycles: LifecyclesReader,
  ) {
    super(streams, models);
  }

  protected async command({ project: slug, version, title, notes, channel: wanted, meta }: CreateRelease): Promise<CreateReleaseCommand> {
    const project = await this.projects.find(slug);
    if (!project) throw new DomainError('not-found', 'project.not-found', `There is no project ${slug}.`, { project: slug });
    const channel = channelIn(project, wanted);
    const named = channel.lifecycle ?? project.project.lifecycle;
    const lifecycle = await this.lifecycles.find(named);
    if (!lifecycle)
      throw new DomainError('conflict', 'lifecycle.not-found', `Project ${slug} names the lifecycle ${named}, which does not exist.`, {
        project: slug,
      });
    const frozen = defined({ slug: lifecycle.slug, name: lifecycle.name, phases: await this.lifecycles.phasesOf(lifecycle) });
    return { type: 'CreateRelease', data: defined({ version, title, notes, channel, project, lifecycle: frozen }), meta };
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
