import { defined, type StreamMode, Streams, utcTime } from '@slipway/kernel';
import { AreSlugs, CommandMessage, Handles, IsPart, IsReason, IsSlug, IsText, IsTime, Optional, SlipwayCommand } from '@slipway/platform';
import { type CreateFreezeCommand, DEFAULT_TIME_ZONE } from '../domain/freeze.decider';
import { FreezeHandler } from './freeze-handler';
import { FreezeScopes, IsTimeZoneName, MAX_SCOPE, RecurrenceInput } from './freeze-input';

@SlipwayCommand('public')
export class CreateFreeze extends CommandMessage {
  @IsSlug() slug!: string;
  @Optional() @IsText(1, 200) name?: string;
  @Optional() @IsReason() reason?: string;
  @Optional() @AreSlugs(1, MAX_SCOPE) projects?: string[];
  @Optional() @AreSlugs(1, MAX_SCOPE) environments?: string[];
  @IsTime() start!: string;
  @IsTime() end!: string;
  @Optional() @IsTimeZoneName() timeZone?: string;
  @Optional() @IsPart(RecurrenceInput) recurrence?: RecurrenceInput;
}

@Handles(CreateFreeze)
export class CreateFreezeHandler extends FreezeHandler<CreateFreeze> {
  protected override readonly mode: StreamMode = 'new';

  constructor(
    streams: Streams,
    private readonly scopes: FreezeScopes,
  ) {
    super(streams);
  }

  protected slug({ slug }: CreateFreeze): string {
    return slug;
  }

  protected async command(message: CreateFreeze): Promise<CreateFreezeCommand> {
    await this.scopes.check(message);
    const { slug, name, reason, projects, environments, timeZone = DEFAULT_TIME_ZONE, meta } = message;
    const [start = message.start, end = message.end] = [utcTime(message.start), utcTime(message.end)];
    const recurrence = message.recurrence && { rule: message.recurrence.rule };
    return { type: 'CreateFreeze', data: defined({ slug, name, reason, projects, environments, start, end, timeZone, recurrence }), meta };
  }
}
