import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { QueryBus } from '@nestjs/cqrs';
import { MemoryEventStore } from '@slipway/adapters/event-store/memory/memory-event-store';
import { FileLogStore } from '@slipway/adapters/log-store/files/file-log-store';
import { MemoryLeases } from '@slipway/adapters/leases/memory/memory-leases';
import { MemoryMessageBus } from '@slipway/adapters/message-bus/memory/memory-message-bus';
import { NodeOutboundHttp } from '@slipway/adapters/outbound-http/node/node-outbound-http';
import { SqliteReadStore } from '@slipway/adapters/read-store/sqlite/sqlite-read-store';
import { AesGcmSecrets } from '@slipway/adapters/secrets/aes-gcm/aes-gcm-secrets';
import {
  EgressPolicy,
  EventCatalogue,
  Ids,
  type RecordedEvent,
  silentLog,
  silentTelemetry,
  StepTypes,
  SubscriptionHub,
  tasksTopic,
  TOPICS,
} from '@slipway/kernel';
import { ManualClock, SeededRandom, settle } from '@slipway/kernel/testing';
import {
  type Answer,
  type CommandAnswer,
  CommandGateway,
  type Composition,
  ProcessState,
  readSettings,
  type Settings,
} from '@slipway/platform';
import { allStepTypes } from '@slipway/steps/all-step-types';
import { SlipwayModule } from '../../apps/composition/slipway.module';
import { slices } from '../../apps/composition/slices';
import { Processor } from '../../apps/processor/processor';
import { type Effect, Life, MortalBus, MortalClock, MortalEventStore, MortalReadStore } from './mortal-ports';

const LOOK_MS = 50;
const PATIENCE_MS = 600_000;

/** One run of the application: gateway, queries and processor, over stores that outlive it. */
class Run {
  constructor(
    readonly application: INestApplicationContext,
    readonly processor: Processor,
    readonly parts: Composition,
    readonly life: Life,
  ) {}
}

/**
 * The whole application but HTTP and workers, on virtual time: the log, the rows, the bus and the files outlive its runs, and a run can be killed after any
 * effect. Nothing moves but by `until`, `pass` and `quiet`.
 */
export class WalkSystem {
  readonly clock = new ManualClock();
  readonly random: SeededRandom;
  readonly log: MemoryEventStore;
  readonly rows = new SqliteReadStore(':memory:');
  readonly bus = new MemoryMessageBus({ clock: this.clock });
  readonly settings: Settings;
  /** Told of each effect of a run: kill it there, and the next `until` or `quiet` starts another. */
  after: (effect: Effect, life: Life) => void = () => undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'slipway-walk-'));
  private readonly secrets = new AesGcmSecrets(new Uint8Array(32), new SeededRandom('secrets'));
  private readonly files = new FileLogStore(this.folder);
  private run: Run | undefined;
  private starting: Promise<void> | undefined;
  private asked = 0;

  private constructor(seed: string | number) {
    this.random = new SeededRandom(seed);
    this.log = new MemoryEventStore(this.clock, new Ids(this.clock, this.random));
    this.settings = readSettings({ SLIPWAY_DATA_DIR: this.folder, LEASE_SECONDS: '30', WORKER_POOLS: 'default,linux' }).settings;
  }

  static async open(seed: string | number = 1): Promise<WalkSystem> {
    const system = new WalkSystem(seed);
    const topics = [
      TOPICS.progress,
      TOPICS.logs,
      TOPICS.control,
      TOPICS.slots,
      TOPICS.deadLetters,
      ...system.settings.WORKER_POOLS.map(tasksTopic),
    ];
    await system.bus.ensureTopics(topics.map((name) => ({ name, partitions: 2 })));
    await system.start();
    return system;
  }

  /** Resolves when it runs, or was killed while starting. */
  start(): Promise<void> {
    this.starting ??= this.begin().finally(() => (this.starting = undefined));
    return this.starting;
  }

  kill(): void {
    this.run?.life.kill();
    this.run = undefined;
  }

  /** Ends a run as a process that is asked to. */
  async stop(): Promise<void> {
    const run = this.run;
    this.run = undefined;
    if (!run) return;
    const stopped = run.processor.stop().then(() => run.application.close());
    let over = false;
    void stopped.finally(() => (over = true));
    while (!over) await this.clock.advance(LOOK_MS);
    await stopped;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.bus.close();
    await this.rows.close();
    await this.files.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get parts(): Composition {
    return this.alive.parts;
  }

  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.alive.application.get(type);
  }

  /** A public command, as from HTTP. */
  ask(name: string, body: object, parameters: Readonly<Record<string, string>> = {}, key?: string): Promise<CommandAnswer> {
    this.asked += 1;
    const id = `request-${this.asked}`;
    const caller = { actor: 'ada', correlationId: id, causationId: id, ...(key === undefined ? {} : { idempotencyKey: key }) };
    return this.get(CommandGateway).ask(name, body, parameters, caller);
  }

  async query<T>(query: object): Promise<T> {
    return (await this.get(QueryBus).execute<object, Answer<T>>(query)).body;
  }

  async events(stream?: string): Promise<RecordedEvent[]> {
    return stream === undefined ? this.log.readAll({ after: 0n, limit: 100_000 }) : this.log.readStream(stream, { limit: 100_000 });
  }

  /** Types of a stream's events, in order. */
  async story(stream: string): Promise<string[]> {
    return (await this.events(stream)).map((event) => event.type);
  }

  /** Moves time on until the condition holds, starting the application again whenever it was killed. */
  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (const end = this.clock.now() + PATIENCE_MS; !(await condition()); await this.step()) {
      if (this.clock.now() > end) throw new Error(`waited in vain for ${what}`);
    }
  }

  /** Moves time on by so much, look by look, so that whatever falls due can do its work. */
  async pass(ms: number): Promise<void> {
    for (const end = this.clock.now() + ms; this.clock.now() < end;) await this.step(Math.min(LOOK_MS, end - this.clock.now()));
    await this.quiet();
  }

  /** Lets everything happen that can happen now: time stands still. */
  async quiet(): Promise<void> {
    let still = 0;
    for (let before = await this.fingerprint(); still < 3;) {
      await settle(10);
      const now = await this.fingerprint();
      still = now === before ? still + 1 : 0;
      before = now;
    }
  }

  private async step(ms = LOOK_MS): Promise<void> {
    if (!this.run || this.run.life.over) await this.start();
    await this.clock.advance(ms);
  }

  private async fingerprint(): Promise<string> {
    const checkpoints = [...(await this.rows.checkpoints())].map(([name, { position }]) => `${name}:${position}`);
    return [await this.log.head(), ...checkpoints].join(' ');
  }

  private get alive(): Run {
    if (!this.run) throw new Error('the application does not run');
    return this.run;
  }

  private async begin(): Promise<void> {
    const life = new Life((effect, dying) => this.after(effect, dying));
    const clock = new MortalClock(this.clock, life);
    const outbound = new NodeOutboundHttp({ clock, policy: new EgressPolicy() });
    const parts: Composition = {
      settings: this.settings,
      state: new ProcessState(silentLog),
      clock,
      random: this.random,
      log: silentLog,
      telemetry: silentTelemetry,
      eventStore: new MortalEventStore(this.log, life),
      readStore: new MortalReadStore(this.rows, life),
      bus: new MortalBus(this.bus, life),
      logStore: this.files,
      outbound,
      secrets: this.secrets,
      catalogue: new EventCatalogue(slices.flatMap((slice) => slice.events)),
      stepTypes: new StepTypes(allStepTypes(outbound)),
      leases: new MemoryLeases(clock),
      hub: new SubscriptionHub(),
      instance: new Ids(clock, this.random).next(),
    };
    const application = await NestFactory.createApplicationContext(SlipwayModule.of(parts), { logger: false, abortOnError: false });
    const processor = new Processor(parts, slices, application);
    this.run = new Run(application, processor, parts, life);
    let settled = false;
    const started = processor.start().finally(() => (settled = true));
    while (!settled && !life.over) await this.clock.advance(1);
    if (settled) await started;
  }
}
