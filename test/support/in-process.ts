import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { FileLogStore } from '@slipway/adapters/log-store/files/file-log-store';
import { MemoryLeases } from '@slipway/adapters/leases/memory/memory-leases';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { SystemRandom } from '@slipway/adapters/runtime/system-random';
import {
  type Clock,
  EgressPolicy,
  EventCatalogue,
  type EventStore,
  Ids,
  type MessageBus,
  silentLog,
  silentTelemetry,
  StepTypes,
  SubscriptionHub,
} from '@slipway/kernel';
import { CommandGateway, type Composition, ProcessState, readSettings } from '@slipway/platform';
import { allStepTypes } from '@slipway/steps/all-step-types';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { httpApplication, listen } from '../../apps/api/http-application';
import { slices } from '../../apps/composition/slices';
import { Processor } from '../../apps/processor/processor';
import { type Ask, HttpClient, type HttpAnswer } from './http-client';

export interface InProcessOptions {
  readonly clock?: Clock;
  readonly port?: number;
  readonly store?: (clock: Clock, ids: Ids) => EventStore;
  readonly bus?: (clock: Clock) => MessageBus;
}

const BOOTSTRAP = { actor: 'slipway/bootstrap', commandId: 'bootstrap', correlationId: 'bootstrap', causationId: 'bootstrap' };

/** The real application with its processor and no worker, on ports that keep nothing: for tests of the HTTP side. */
export class InProcess {
  private constructor(
    readonly application: NestFastifyApplication,
    readonly parts: Composition,
    readonly gateway: CommandGateway,
    readonly http: HttpClient,
    private readonly undo: () => Promise<void>,
  ) {}

  /** Listens on `port`, or a free one, when it resolves. `store`, `bus`: others behind the ports. */
  static async start(options: InProcessOptions = {}): Promise<InProcess> {
    const { clock = new SystemClock(), port = 0 } = options;
    const folder = mkdtempSync(join(tmpdir(), 'slipway-http-'));
    const parts = composition(folder, clock, options);
    const application = await httpApplication(parts);
    const gateway = application.get(CommandGateway);
    const processor = new Processor(parts, slices, application);
    const stop = async () => {
      await application.close();
      await processor.stop();
      for (const part of [parts.bus, parts.readStore, parts.logStore, parts.eventStore]) await part.close();
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      await processor.start();
      await gateway.send('CreateLifecycle', { slug: 'default', phases: [] }, BOOTSTRAP);
      const http = new HttpClient(await listen(application, { HTTP_HOST: '127.0.0.1', HTTP_PORT: port }));
      parts.state.enter('running');
      return new InProcess(application, parts, gateway, http, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.http.close();
    await this.undo();
  }

  /** The log's head: what a refusal must not move. */
  head(): Promise<bigint> {
    return this.parts.eventStore.head();
  }

  ask(method: string, path: string, options?: Ask): Promise<HttpAnswer> {
    return this.http.ask(method, path, options);
  }
}

function composition(folder: string, clock: Clock, { store, bus }: InProcessOptions): Composition {
  const random = new SystemRandom();
  const ids = new Ids(clock, random);
  const outbound = new NodeOutboundHttp({ clock, policy: new EgressPolicy() });
  return {
    settings: readSettings({ SLIPWAY_DATA_DIR: folder }).settings,
    state: new ProcessState(silentLog),
    clock,
    random,
    log: silentLog,
    telemetry: silentTelemetry,
    eventStore: store?.(clock, ids) ?? new MemoryEventStore(clock, ids),
    readStore: new SqliteReadStore(':memory:'),
    bus: bus?.(clock) ?? new MemoryMessageBus({ clock }),
    logStore: new FileLogStore(folder),
    outbound,
    secrets: new AesGcmSecrets(random.bytes(32), random),
    catalogue: new EventCatalogue(slices.flatMap((slice) => slice.events)),
    stepTypes: new StepTypes(allStepTypes(outbound)),
    leases: new MemoryLeases(clock),
    hub: new SubscriptionHub(),
    instance: ids.next(),
  };
}
