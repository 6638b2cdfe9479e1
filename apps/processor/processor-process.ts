import { NestFactory } from '@nestjs/core';
import { CommandGateway, Readiness, StatusServer } from '@slipway/platform';
import { composeShared } from '../composition/compose';
import { ComposedProcess } from '../composition/composed-process';
import type { Surroundings } from '../composition/run-process';
import { slices } from '../composition/slices';
import { SlipwayModule } from '../composition/slipway.module';
import { createDefaultLifecycle } from './default-lifecycle';
import { Processor } from './processor';

/** The processor in a process of its own: over HTTP it tells its health and nothing else. */
export class ProcessorProcess extends ComposedProcess {
  constructor(private readonly surroundings: Surroundings) {
    super();
  }

  protected async begin(): Promise<string> {
    const { undo, surroundings } = this;
    const parts = composeShared(surroundings, undo);
    const { settings, clock, log } = parts;
    const options = { logger: ['error' as const, 'warn' as const], abortOnError: false };
    const application = await NestFactory.createApplicationContext(SlipwayModule.of(parts), options);
    undo.later(() => application.close());
    const { state, telemetry } = surroundings;
    const status = new StatusServer({ state, readiness: application.get(Readiness), telemetry });
    undo.later(() => status.close());
    const address = await status.listen(settings.HTTP_HOST, settings.HTTP_PORT);
    const processor = new Processor(parts, slices, application);
    undo.later(() => processor.stop());
    await processor.start();
    await createDefaultLifecycle(application.get(CommandGateway), { clock, log, signal: this.stopping });
    return `${address}/health/ready`;
  }
}
