import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '@slipway/adapters/runtime/system-clock';
import { freePort } from '@slipway/kernel/testing/free-port';
import { Kafka, logLevel } from 'kafkajs';

const CLUSTER_ID = 'slipwaySlipwaySlipwayT';
const READY_WITHIN = 60_000;
const clock = new SystemClock();

/** A Kafka of one test's own, that may be killed, frozen and started again on what it stored. */
export class OwnBroker {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly classPath: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** Not started yet; KAFKA_LIB names the folder of its classes. */
  static async create(): Promise<OwnBroker> {
    const lib = process.env.KAFKA_LIB;
    if (!lib) throw new Error('KAFKA_LIB is not set: start the servers with "npm run servers:up", which says what to set');
    const folder = mkdtempSync(join(tmpdir(), 'slipway-kafka-'));
    const [port, controllerPort] = [await freePort(), await freePort()];
    writeFileSync(join(folder, 'server.properties'), properties(folder, port, controllerPort));
    const broker = new OwnBroker(`${lib}/*`, folder, port);
    await promisify(execFile)('java', broker.java('kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', broker.settings));
    return broker;
  }

  get url(): string {
    return `kafka://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.process = spawn('java', this.java('kafka.Kafka', this.settings), { cwd: this.folder, stdio: 'ignore' });
    const kafka = new Kafka({ brokers: [`127.0.0.1:${this.port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    for (const end = clock.now() + READY_WITHIN; ; await clock.sleep(50)) {
      const admin = kafka.admin();
      try {
        await admin.connect();
        await admin.describeCluster();
        return;
      } catch (error) {
        if (clock.now() > end) throw error;
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    }
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    const { process: running } = this;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  /** It keeps its connections, and says nothing. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get settings(): string {
    return join(this.folder, 'server.properties');
  }

  private java(...main: string[]): string[] {
    return ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Djava.awt.headless=true', '-cp', this.classPath, ...main];
  }
}

function properties(folder: string, port: number, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${join(folder, 'data')}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
`;
}
