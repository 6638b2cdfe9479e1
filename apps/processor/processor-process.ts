import { NestFactory } from '@nestjs/core';
import { secretKey } from '@slipway/adapters/secrets/aes-gcm/secret-key';
import { CommandGateway, Readiness, StatusServer } from '@slipway/platform';
import { compose } from '../composition/compose';
import { ComposedProcess } from '../composition/composed-process';
import { machineOf } from '../composition/machine';
import { openBus } from '../composition/open-bus';
import { openEventStore, openReadSide } from '../composition/open-ports';
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
    const machine = machineOf(surroundings);
    const { settings, clock, log } = machine;
    const key = secretKey(settings.SLIPWAY_SECRET_KEY, settings.SLIPWAY_SECRET_KEY_FILE);
    const eventStore = openEventStore(machine, undo);
    const side = openReadSide(machine, undo);
    const bus = openBus(machine, undo);
    const parts = compose(surroundings, machine, { eventStore, bus, key, ...side });
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
