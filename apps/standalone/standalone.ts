import { openDataFolder } from '@slipway/adapters/data-folder/data-folder';
import { SqliteEventStore } from '@slipway/adapters/event-store/sqlite/sqlite-event-store';
import { FileLogStore } from '@slipway/adapters/log-store/files/file-log-store';
import { SqliteMessageBus } from '@slipway/adapters/message-bus/sqlite/sqlite-message-bus';
import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import { secretKey } from '@slipway/adapters/secrets/aes-gcm/secret-key';
import {
  type Clock,
  EgressPolicy,
  EventCatalogue,
  hashedId,
  Ids,
  isDomainError,
  type Log,
  StepTypes,
  SubscriptionHub,
} from '@slipway/kernel';
import { DEFAULT_LIFECYCLE } from '@slipway/lifecycles/contract';
import { CommandGateway, type Composition, type ProcessState, type Settings } from '@slipway/platform';
import { allStepTypes } from '@slipway/steps/all-step-types';
import { httpApplication, listen } from '../api/http-application';
import { slices } from '../api/slices';
import { Processor } from '../processor/processor';
import { Worker } from '../worker/worker';

/** Undoes, last first, what was done so far. */
type Undo = () => Promise<void>;

export interface StandaloneOptions {
  readonly settings: Settings;
  readonly state: ProcessState;
  readonly clock: Clock;
  readonly log: Log;
  /** What scripts find as PATH. */
  readonly path: string | undefined;
}

/** API, processor and worker in one process, on SQLite in one data folder. */
export class Standalone {
  private readonly undo: Undo[] = [];

  constructor(private readonly options: StandaloneOptions) {}

  /** Resolves with the address when everything is ready. What was opened is closed again when it rejects. */
  async start(): Promise<string> {
    try {
      return await this.begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops intake, lets what runs end or hands it back, saves checkpoints, closes. */
  async stop(): Promise<void> {
    for (let undo = this.undo.pop(); undo; undo = this.undo.pop()) await undo();
  }

  private async begin(): Promise<string> {
    const { settings, state, clock, log, path } = this.options;
    const random = new SystemRandom();
    const folder = openDataFolder(settings.SLIPWAY_DATA_DIR);
    this.undo.push(async () => folder.close());
    const eventStore = SqliteEventStore.open({ file: fileOf(settings.EVENT_STORE_URL), clock, ids: new Ids(clock, random) });
    this.undo.push(() => eventStore.close());
    const readStore = new SqliteReadStore(fileOf(settings.READ_STORE_URL));
    this.undo.push(() => readStore.close());
    const bus = new SqliteMessageBus({ file: folder.bus, clock, report: log });
    this.undo.push(() => bus.close());
    const logStore = new FileLogStore(folder.logs);
    this.undo.push(() => logStore.close());
    const secrets = new AesGcmSecrets(secretKey(settings.SLIPWAY_SECRET_KEY, settings.SLIPWAY_SECRET_KEY_FILE, random), random);
    const policy = new EgressPolicy(settings.EGRESS_ALLOW, settings.EGRESS_DENY);
    const outbound = new NodeOutboundHttp({ clock, policy });
    const stepTypes = allStepTypes(outbound, path === undefined ? {} : { path });
    const catalogue = new EventCatalogue(slices.flatMap((slice) => slice.events));
    const parts: Composition = {
      settings,
      state,
      clock,
      random,
      log,
      eventStore,
      readStore,
      bus,
      logStore,
      outbound,
      secrets,
      catalogue,
      stepTypes: new StepTypes(stepTypes),
      hub: new SubscriptionHub(),
    };
    const application = await httpApplication(parts);
    const processor = new Processor(parts, slices, application);
    this.undo.push(() => processor.stop());
    await processor.start();
    await this.defaultLifecycle(application.get(CommandGateway));
    const { WORKER_POOLS: pools, WORKER_CONCURRENCY: concurrency } = settings;
    const worker = new Worker({ bus, clock, random, log, stepTypes, pools, concurrency, workFolder: folder.work });
    this.undo.push(() => worker.stop());
    await worker.start();
    // Side by side: a query that still waits for its position must not let the worker go on taking tasks.
    this.undo.push(async () => void (await Promise.all([application.close(), worker.stop()])));
    return listen(application, settings);
  }

  /** The lifecycle of projects that name none exists from the first start on. */
  private async defaultLifecycle(gateway: CommandGateway): Promise<void> {
    const commandId = hashedId('bootstrap', 'lifecycle', DEFAULT_LIFECYCLE);
    try {
      await gateway.send(
        'CreateLifecycle',
        { slug: DEFAULT_LIFECYCLE, phases: [] },
        { actor: 'slipway/bootstrap', commandId, correlationId: commandId, causationId: commandId },
      );
    } catch (error) {
      if (!isDomainError(error) || error.code !== 'lifecycle.already-exists') throw error;
    }
  }
}

function fileOf(url: string): string {
  return url.slice('sqlite:'.length);
}
