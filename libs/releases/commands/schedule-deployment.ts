import { FAILURE_MODES, type FailureMode } from '@slipway/environments/contract';
import { defined, utcTime } from '@slipway/kernel';
import {
  AreTexts,
  CommandMessage,
  Handles,
  IsOneOf,
  IsPart,
  IsPeriod,
  IsSlug,
  IsText,
  IsTextRecord,
  IsTime,
  IsTrueOrFalse,
  NotYet,
  Optional,
  SlipwayCommand,
} from '@slipway/platform';
import type { DeploymentOptions, PromoteReleaseCommand, ScheduleDeploymentCommand } from '../domain/schedule-deployment';
import { FreezeOverrideInput } from './freeze-override-input';
import { SchedulingHandler } from './scheduling-handler';

/** Answers to prompts in one request, and characters in each. */
const MAX_PROMPTED = 200;
const MAX_PROMPTED_LENGTH = 10_000;

const MODES = [...FAILURE_MODES, 'default'];

/** What a deployment may be asked for with, besides where it goes. */
abstract class DeploymentRequestMessage extends CommandMessage {
  @IsSlug() project!: string;
  @IsText(1, 100) version!: string;
  @Optional() @NotYet() circle?: never;
  /** Now, to 30 days ahead; absent: now. */
  @Optional() @IsTime() at?: string;
  /** Counted from `at`; not started by then, it never runs. */
  @Optional() @IsPeriod() expiresAfter?: string;
  @Optional() @IsTime() expiresAt?: string;
  @Optional() @AreTexts(0, 200, 100) exclude?: string[];
  /** `default`, or absent: the environment's. */
  @Optional() @IsOneOf(MODES) failureMode?: FailureMode | 'default';
  /** By label. */
  @Optional() @IsTextRecord(MAX_PROMPTED, MAX_PROMPTED_LENGTH) prompted?: Record<string, string>;
  @Optional() @IsText(0, 2_000) comment?: string;
  @Optional() @IsPart(FreezeOverrideInput) overrideFreeze?: FreezeOverrideInput;
  @Optional() @IsTrueOrFalse() priority?: boolean;
}

@SlipwayCommand('public')
export class ScheduleDeployment extends DeploymentRequestMessage {
  @IsSlug() environment!: string;
}

/** Takes a release on to a later environment: the same as a deployment there, and refused in the first phase. */
@SlipwayCommand('public')
export class PromoteRelease extends DeploymentRequestMessage {
  @IsSlug() to!: string;
}

abstract class DeploymentRequestHandler<M extends DeploymentRequestMessage> extends SchedulingHandler<M> {
  protected async options(message: M, environment: string, field: string): Promise<DeploymentOptions> {
    const { project, meta } = message;
    const [known, freezes] = await Promise.all([this.environment(environment, field), this.freezes.of(project, meta.now)]);
    const { at, expiresAfter, expiresAt, exclude = [], prompted: answers, comment, priority = false } = message;
    const { failureMode: mode = 'default' } = message;
    const failureMode = mode === 'default' ? (known.failureMode ?? 'fail') : mode;
    const times = { at: utcTime(at), expiresAt: utcTime(expiresAt) };
    const overrideFreeze = message.overrideFreeze && { reason: message.overrideFreeze.reason };
    return defined({ environment, ...times, expiresAfter, exclude, failureMode, answers, comment, priority, freezes, overrideFreeze });
  }
}

@Handles(ScheduleDeployment)
export class ScheduleDeploymentHandler extends DeploymentRequestHandler<ScheduleDeployment> {
  protected async command(message: ScheduleDeployment): Promise<ScheduleDeploymentCommand> {
    return { type: 'ScheduleDeployment', data: await this.options(message, message.environment, 'environment'), meta: message.meta };
  }
}

@Handles(PromoteRelease)
export class PromoteReleaseHandler extends DeploymentRequestHandler<PromoteRelease> {
  protected async command(message: PromoteRelease): Promise<PromoteReleaseCommand> {
    return { type: 'PromoteRelease', data: await this.options(message, message.to, 'to'), meta: message.meta };
  }
}
