import { IsText } from '@slipway/platform';
import { Matches } from 'class-validator';

/** Lets one deployment through the freezes that are active when it is due. */
export class FreezeOverrideInput {
  @IsText(1, 2_000) @Matches(/\S/, { message: 'must say why' }) reason!: string;
}
