import { IsReason } from '@slipway/platform';

/** Lets one deployment through the freezes that are active when it is due. */
export class FreezeOverrideInput {
  @IsReason() reason!: string;
}
