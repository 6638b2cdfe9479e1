import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    private readonly guardedPort: number,
  ) {}

  /** Not started yet; KAFKA_LIB names the folder of its classes. `password`: of the user `slipway` at `guardedPlace`. */
  static async create(password = 'none'): Promise<OwnBroker> {
    const lib = process.env.KAFKA_LIB;
    if (!lib) throw new Error('KAFKA_LIB is not set: start the servers with "npm run servers:up", which says what to set');
    const folder = mkdtempSync(join(tmpdir(), 'slipway-kafka-'));
    const [port, controllerPort, guardedPort] = [await freePort(), await freePort(), await freePort()];
    const broker = new OwnBroker(`${lib}/*`, folder, port, guardedPort);
    await certificate(broker.certificate);
    writeFileSync(
      broker.settings,
      `${properties(folder, controllerPort)}${listeners(broker.certificate, [port, guardedPort, controllerPort], password)}`,
    );
    const users = ['256', '512'].flatMap((bits) => ['--add-scram', `SCRAM-SHA-${bits}=[name=slipway,password=${password}]`]);
    await promisify(execFile)('java', broker.java('kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', broker.settings, ...users));
    return broker;
  }

  /** `host:port` where it speaks TLS only, with the user `slipway` only. */
  get guardedPlace(): string {
    return `127.0.0.1:${this.guardedPort}`;
  }

  /** File of the authority that vouches for it: itself. */
  get certificate(): string {
    return join(this.folder, 'broker.pem');
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

function properties(folder: string, controllerPort: number): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
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

/** One listener for everybody, one that is guarded, and one for the controller. */
function listeners(pem: string, [port, guardedPort, controllerPort]: [number, number, number], password: string): string {
  return `listeners=PLAINTEXT://127.0.0.1:${port},GUARDED://127.0.0.1:${guardedPort},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},GUARDED://127.0.0.1:${guardedPort}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,GUARDED:SASL_SSL,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.guarded.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_slipway="${password}";
listener.name.guarded.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.guarded.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.guarded.ssl.keystore.type=PEM
listener.name.guarded.ssl.keystore.location=${pem}
`;
}

/** Makes a key and what it is known by, in one file. */
async function certificate(pem: string): Promise<void> {
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    ...names,
    '-keyout',
    pem,
    '-out',
    `${pem}.crt`,
  ]);
  appendFileSync(pem, readFileSync(`${pem}.crt`));
}
