import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freshTopics } from '@slipway/adapters/message-bus/kafka/fresh-topics.fixture';
import { freshDatabase, type FreshDatabase } from '@slipway/adapters/postgres/fresh-database.fixture';
import type { DoubleProcess } from '../../doubles/eventstoredb/double-process.fixture';
import { temporaryFolder } from './folders';
import { plainLog } from './plain-log';
import { type ProcessSettings, Program, type ProgramName } from './program';
import type { StoredEvent } from './stored-event';

export interface ClusterSize {
  readonly api?: number;
  readonly processor?: number;
  readonly worker?: number;
}

/** Slipway as processes of their own, on a database and topics of its own on the servers of the tests. */
export class SlipwayCluster {
  readonly apis: Program[] = [];
  readonly processors: Program[] = [];
  readonly workers: Program[] = [];
  private readonly folder = temporaryFolder();
  private readonly topics = freshTopics();
  private readonly key = randomBytes(32).toString('hex');
  private database: FreshDatabase | undefined;
  private settings: ProcessSettings | undefined;

  constructor(
    private readonly given: ProcessSettings = {},
    private readonly size: ClusterSize = {},
    /** Keeps its log, where that is not to be in its database; started and ended with it. */
    private readonly eventStore?: DoubleProcess,
  ) {}

  get address(): string {
    return this.apis[0]!.address;
  }

  /** The bus as its processes name it. */
  get busUrl(): string {
    return this.given['MESSAGE_BUS_URL'] ?? this.topics.url;
  }

  /** The database of its own, which holds its log and its read models. */
  get databaseUrl(): string {
    if (!this.database) throw new Error('there is no database before it is prepared');
    return this.database.url;
  }

  get members(): Program[] {
    return [...this.apis, ...this.processors, ...this.workers];
  }

  get output(): string {
    return this.members.map(({ name, output }) => `--- ${name}\n${output}`).join('\n');
  }

  get tail(): string {
    return this.members.map(({ name, tail }) => `--- ${name}\n${tail}`).join('\n');
  }

  /** The most memory they ever had in use, bytes, together. */
  get peakMemory(): number {
    return this.members.reduce((sum, { peakMemory }) => sum + peakMemory, 0);
  }

  /** Starts all that do not run; resolves when every one of them is ready, and the API says that everything is. */
  async start(): Promise<this> {
    await this.prepare();
    await Promise.all(this.members.filter(({ running }) => !running).map((member) => member.start()));
    await this.ready();
    return this;
  }

  /** Resolves when the APIs say that every part works, whichever process does it. */
  async ready(): Promise<void> {
    for (const { address } of this.apis) await untilReady(address);
  }

  /** Makes its members, which do not run yet. */
  async prepare(): Promise<void> {
    if (this.members.length > 0) return;
    const url = this.given['EVENT_STORE_URL'] && this.given['READ_STORE_URL'] ? undefined : (this.database ??= await freshDatabase()).url;
    const own = {
      ...(url ? { EVENT_STORE_URL: url, READ_STORE_URL: url } : {}),
      ...(this.eventStore ? { EVENT_STORE_URL: (await this.eventStore.start()).url } : {}),
      MESSAGE_BUS_URL: this.busUrl,
      SLIPWAY_SECRET_KEY: this.key,
    };
    this.settings = { TOPIC_PARTITIONS: '4', ...own, ...this.given };
    for (const [name, members] of [
      ['api', this.apis],
      ['processor', this.processors],
      ['worker', this.workers],
    ] as const)
      for (let count = this.size[name] ?? 1; count > 0; count -= 1) this.add(name, members);
  }

  /** Another process of a kind, which does not run yet; `own`: settings that the others have not. */
  add(name: Exclude<ProgramName, 'standalone'>, members: Program[], own: ProcessSettings = {}): Program {
    const member = new Program(name, { SLIPWAY_DATA_DIR: join(this.folder, `${name}-${members.length}`), ...this.settings, ...own });
    members.push(member);
    return member;
  }

  async stop(): Promise<void> {
    for (const members of [this.apis, this.workers, this.processors]) await Promise.all(members.map((member) => member.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
  }

  /** Everything but system events in its event store, oldest first. */
  storedEvents(): Promise<StoredEvent[]> {
    return plainLog(this.settings?.['EVENT_STORE_URL'] ?? '');
  }

  /** Ends all and takes away what was theirs. */
  async dispose(): Promise<void> {
    await this.kill();
    await this.eventStore?.dispose();
    await this.topics.drop();
    await this.database?.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const PATIENCE_MS = 90_000;

async function untilReady(address: string): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; ;) {
    const answer = await fetch(`${address}/health/ready`);
    const report = await answer.text();
    if (answer.status === 200) return;
    if (performance.now() > end) throw new Error(`waited ${PATIENCE_MS / 1_000} s in vain until all is ready; said last: ${report}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
