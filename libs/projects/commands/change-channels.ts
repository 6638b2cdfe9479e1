import { defined, missingFaults, refuseFaults, Streams } from '@slipway/kernel';
import { LifecyclesReader } from '@slipway/lifecycles/contract';
import { CommandMessage, Handles, IsListOf, IsSlug, IsText, IsTrueOrFalse, Optional, SlipwayCommand } from '@slipway/platform';
import { ArrayMinSize } from 'class-validator';
import { type Channel, MAX_CHANNELS } from '../domain/channels/channel';
import type { ActiveProject } from '../domain/project';
import type { ChangeChannelsCommand } from '../domain/project.decider';
import { ProjectHandler } from './project-handler';

export class ChannelInput {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;
  @Optional() @IsText(0, 2_000) description?: string;
  @Optional() @IsTrueOrFalse() default?: boolean;
  /** None named: the project's. */
  @Optional() @IsSlug() lifecycle?: string;
  @Optional() @IsText(1, 100) versions?: string;
  @Optional() @IsText(1, 100) prerelease?: string;
}

/** Replaces the channels whole. Releases that exist keep the lifecycle they froze. */
@SlipwayCommand('public')
export class ChangeChannels extends CommandMessage {
  @IsSlug() project!: string;

  @IsListOf(ChannelInput, MAX_CHANNELS, 'channels')
  @ArrayMinSize(1, { message: 'must hold at least one channel' })
  channels!: ChannelInput[];
}

@Handles(ChangeChannels)
export class ChangeChannelsHandler extends ProjectHandler<ChangeChannels> {
  constructor(
    streams: Streams,
    private readonly lifecycles: LifecyclesReader,
  ) {
    super(streams);
  }

  protected async command({ channels, meta }: ChangeChannels): Promise<ChangeChannelsCommand> {
    await this.checkLifecycles(channels);
    return { type: 'ChangeChannels', data: { channels: channels.map(channelFrom) }, meta };
  }

  protected part({ channels }: ActiveProject): object {
    return channels;
  }

  private async checkLifecycles(channels: readonly ChannelInput[]): Promise<void> {
    const named = channels.flatMap(({ lifecycle }, at) =>
      lifecycle === undefined ? [] : [[`/channels/${at}/lifecycle`, lifecycle] as const],
    );
    const errors = await missingFaults(named, 'lifecycle', (slug) => this.lifecycles.find(slug));
    refuseFaults(errors, 'channels.invalid', 'The channels cannot be saved');
  }
}

function channelFrom({ slug, name, description, default: isDefault = false, lifecycle, versions, prerelease }: ChannelInput): Channel {
  return defined({ slug, name, description, default: isDefault, lifecycle, versions, prerelease });
}
