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

/** A listener for those who come by way of something in between: the broker sends them back there, not to itself. */
export interface Detour {
  /** Of the listener. */
  readonly url: string;
  /** The port on 127.0.0.1 where what is in between must listen. */
  readonly advertised: number;
}

export interface OwnBrokerOptions {
  /** Of the user `slipway` at `guardedPlace`. */
  readonly password?: string;
  /** How many detours there are. Default 0. */
  readonly detours?: number;
}

/** A Kafka of one test's own, that may be killed, frozen and started again on what it stored. */
export class OwnBroker {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly classPath: string,
    private readonly folder: string,
    private readonly ports: { readonly open: number; readonly guarded: number },
    readonly detours: readonly Detour[],
  ) {}

  /** Not started yet; KAFKA_LIB names the folder of its classes. */
  static async create({ password = 'none', detours: wanted = 0 }: OwnBrokerOptions = {}): Promise<OwnBroker> {
    const lib = process.env.KAFKA_LIB;
    if (!lib) throw new Error('KAFKA_LIB is not set: start the servers with "npm run servers:up", which says what to set');
    const folder = mkdtempSync(join(tmpdir(), 'slipway-kafka-'));
    const [port, controllerPort, guardedPort] = [await freePort(), await freePort(), await freePort()];
    const open = [{ name: 'PLAINTEXT', port, advertised: port }];
    for (let number = 1; number <= wanted; number += 1)
      open.push({ name: `DETOUR${number}`, port: await freePort(), advertised: await freePort() });
    const detours = open.slice(1).map((detour) => ({ url: `kafka://127.0.0.1:${detour.port}`, advertised: detour.advertised }));
    const broker = new OwnBroker(`${lib}/*`, folder, { open: port, guarded: guardedPort }, detours);
    await certificate(broker.certificate);
    const listening = listeners([...open, { name: 'GUARDED', port: guardedPort, advertised: guardedPort }], controllerPort);
    writeFileSync(broker.settings, `${properties(folder, controllerPort)}${listening}${guards(broker.certificate, password)}`);
    const users = ['256', '512'].flatMap((bits) => ['--add-scram', `SCRAM-SHA-${bits}=[name=slipway,password=${password}]`]);
    await promisify(execFile)('java', broker.java('kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', broker.settings, ...users));
    return broker;
  }

  /** `host:port` where it speaks TLS only, with the user `slipway` only. */
  get guardedPlace(): string {
    return `127.0.0.1:${this.ports.guarded}`;
  }

  /** File of the authority that vouches for it: itself. */
  get certificate(): string {
    return join(this.folder, 'broker.pem');
  }

  get url(): string {
    return `kafka://127.0.0.1:${this.ports.open}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.process = spawn('java', this.java('kafka.Kafka', this.settings), { cwd: this.folder, stdio: 'ignore' });
    const kafka = new Kafka({ brokers: [`127.0.0.1:${this.ports.open}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
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

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly advertised: number;
}

/** Those for clients, of which GUARDED is guarded, and one for the controller. */
function listeners(open: readonly Listener[], controllerPort: number): string {
  const places = (portOf: (listener: Listener) => number) => open.map((one) => `${one.name}://127.0.0.1:${portOf(one)}`).join(',');
  const protocols = open.map(({ name }) => `${name}:${name === 'GUARDED' ? 'SASL_SSL' : 'PLAINTEXT'}`).join(',');
  return `listeners=${places(({ port }) => port)},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${places(({ advertised }) => advertised)}
listener.security.protocol.map=${protocols},CONTROLLER:PLAINTEXT
`;
}

function guards(pem: string, password: string): string {
  return `sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.guarded.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_slipway="${password}";
listener.name.guarded.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.guarded.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.guarded.ssl.keystore.type=PEM
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
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
