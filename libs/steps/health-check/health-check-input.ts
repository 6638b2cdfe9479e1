import { IsCalledUrl, IsExpectedStatus, IsInterval, IsLength } from '../outbound/request-rules';

const DAY = 86_400_000;

/** Input of the step type `health-check`. */
export class HealthCheckInput {
  /** `#{…}` in it is expanded. */
  @IsCalledUrl() url!: string;

  /** Default: any 2xx. */
  @IsExpectedStatus() expectStatus?: number[];

  /** How long every poll must have been healthy; default: one healthy poll is enough. */
  @IsLength('isHealthyFor', { least: 0, most: DAY, words: 'PT0S to P1D' }) healthyFor?: string;

  /** Between two polls, default PT5S. */
  @IsInterval() interval?: string;
}
