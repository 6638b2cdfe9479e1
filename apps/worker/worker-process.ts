import { openDataFolder } from '@slipway/adapters/data-folder/data-folder';
import { patiently } from '@slipway/kernel';
import { Readiness, StatusServer } from '@slipway/platform';
import { ComposedProcess } from '../composition/composed-process';
import { machineOf } from '../composition/machine';
import { openBus } from '../composition/open-bus';
import type { Surroundings } from '../composition/run-process';
import { outboundOf, stepTypesOf } from '../composition/step-types';
import { workerTopics } from '../composition/topics';
import { Worker } from './worker';

/** A worker in a process of its own, with a data folder of its own: it has a bus and no store. */
export class WorkerProcess extends ComposedProcess {
  constructor(private readonly surroundings: Surroundings) {
    super();
  }

  protected async begin(): Promise<string> {
    const { undo, surroundings } = this;
    const machine = machineOf(surroundings);
    const { settings, clock, random, log, telemetry } = machine;
    const folder = openDataFolder(settings.SLIPWAY_DATA_DIR);
    undo.later(async () => folder.close());
    const bus = openBus(machine, undo);
    const readiness = new Readiness({ state: surroundings.state, clock, bus });
    const status = new StatusServer({ state: surroundings.state, readiness, telemetry });
    undo.later(() => status.close());
    const address = await status.listen(settings.HTTP_HOST, settings.HTTP_PORT);
    await patiently('the message bus', () => bus.ensureTopics(workerTopics(settings)), { clock, log, signal: this.stopping });
    const worker = new Worker({
      bus,
      clock,
      random,
      log,
      telemetry,
      stepTypes: stepTypesOf(outboundOf(machine), surroundings),
      pools: settings.WORKER_POOLS,
      concurrency: settings.WORKER_CONCURRENCY,
      workFolder: folder.work,
    });
    readiness.add({ name: 'tasks', trouble: () => worker.trouble() });
    undo.later(() => worker.stop());
    await worker.start();
    return `${address}/health/ready`;
  }
}
