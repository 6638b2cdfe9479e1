import { defined, Streams, utcTime } from '@slipway/kernel';
import {
  AreSlugs,
  Clearable,
  CommandMessage,
  Handles,
  IsPart,
  IsReason,
  IsSlug,
  IsText,
  IsTime,
  Optional,
  SlipwayCommand,
} from '@slipway/platform';
import type { ChangeFreezeCommand } from '../domain/freeze.decider';
import { FreezeHandler } from './freeze-handler';
import { FreezeScopes, IsTimeZoneName, MAX_SCOPE, RecurrenceInput } from './freeze-input';

/** What is left out stays; null takes a value away: all projects, all environments, UTC, no recurrence. */
@SlipwayCommand('public')
export class ChangeFreeze extends CommandMessage {
  @IsSlug() freeze!: string;
  @Clearable() @IsText(1, 200) name?: string | null;
  @Clearable() @IsReason() reason?: string | null;
  @Clearable() @AreSlugs(1, MAX_SCOPE) projects?: string[] | null;
  @Clearable() @AreSlugs(1, MAX_SCOPE) environments?: string[] | null;
  @Optional() @IsTime() start?: string;
  @Optional() @IsTime() end?: string;
  @Clearable() @IsTimeZoneName() timeZone?: string | null;
  @Clearable() @IsPart(RecurrenceInput) recurrence?: RecurrenceInput | null;
}

@Handles(ChangeFreeze)
export class ChangeFreezeHandler extends FreezeHandler<ChangeFreeze> {
  constructor(
    streams: Streams,
    private readonly scopes: FreezeScopes,
  ) {
    super(streams);
  }

  protected slug({ freeze }: ChangeFreeze): string {
    return freeze;
  }

  protected async command(message: ChangeFreeze): Promise<ChangeFreezeCommand> {
    await this.scopes.check(message);
    const { name, reason, projects, environments, timeZone, meta } = message;
    const [start, end] = [utcTime(message.start), utcTime(message.end)];
    const recurrence = message.recurrence && { rule: message.recurrence.rule };
    return { type: 'ChangeFreeze', data: defined({ name, reason, projects, environments, start, end, timeZone, recurrence }), meta };
  }
}
