import { openDataFolder } from '@slipway/adapters/data-folder/data-folder';
import { secretKey } from '@slipway/adapters/secrets/aes-gcm/secret-key';
import { CommandGateway } from '@slipway/platform';
import { httpApplication, listen } from '../api/http-application';
import { takeCommands } from '../api/take-commands';
import { compose } from '../composition/compose';
import { ComposedProcess } from '../composition/composed-process';
import { machineOf } from '../composition/machine';
import { openBus } from '../composition/open-bus';
import { openEventStore, openReadSide } from '../composition/open-ports';
import type { Surroundings } from '../composition/run-process';
import { slices } from '../composition/slices';
import { stepTypesOf } from '../composition/step-types';
import { createDefaultLifecycle } from '../processor/default-lifecycle';
import { Processor } from '../processor/processor';
import { Worker } from '../worker/worker';

/** API, processor and worker in one process; what the settings name no server for is kept in one data folder. */
export class Standalone extends ComposedProcess {
  constructor(private readonly surroundings: Surroundings) {
    super();
  }

  protected async begin(): Promise<string> {
    const { undo, surroundings } = this;
    const machine = machineOf(surroundings);
    const { settings, clock, random, log, telemetry } = machine;
    const folder = openDataFolder(settings.SLIPWAY_DATA_DIR);
    undo.later(async () => folder.close());
    const eventStore = openEventStore(machine, undo);
    const side = openReadSide(machine, undo, folder.logs);
    const bus = openBus(machine, undo, folder.bus);
    const key = secretKey(settings.SLIPWAY_SECRET_KEY, settings.SLIPWAY_SECRET_KEY_FILE, random);
    const parts = compose(surroundings, machine, { eventStore, bus, key, ...side });
    const application = await httpApplication(parts);
    const processor = new Processor(parts, slices, application);
    undo.later(() => processor.stop());
    await processor.start();
    await createDefaultLifecycle(application.get(CommandGateway), { clock, log, signal: this.stopping });
    const worker = new Worker({
      bus,
      clock,
      random,
      log,
      telemetry,
      stepTypes: stepTypesOf(parts.outbound, surroundings),
      pools: settings.WORKER_POOLS,
      concurrency: settings.WORKER_CONCURRENCY,
      workFolder: folder.work,
    });
    undo.later(() => worker.stop());
    await worker.start();
    // Side by side: a query that still waits for its position must not let the worker go on taking tasks.
    undo.later(() => Promise.all([application.close(), worker.stop()]));
    const intake = await takeCommands(parts, application);
    undo.later(() => intake.stop());
    const address = await listen(application, settings);
    return `${address}/docs (data in ${settings.SLIPWAY_DATA_DIR})`;
  }
}
