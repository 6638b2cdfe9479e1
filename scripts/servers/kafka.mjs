import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { fetched, folder, kafkaPort } from './place.mjs';
import { end, freePort, keepRunning, run } from './processes.mjs';

const POM = join(import.meta.dirname, 'pom.xml');
const VERSION = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>(.+)<\/version>/.exec(readFileSync(POM, 'utf8'))[1];
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const JAVA = 17;
/** Any will do, as long as a start on the same data names the same. */
const CLUSTER_ID = 'slipwaySlipwaySlipwayA';

/** Starts a broker on 127.0.0.1 unless it runs, and resolves with where it is once it answers. */
export async function kafka() {
  const port = kafkaPort();
  const lib = await kafkaJars();
  const home = join(folder, `kafka-${port}`);
  mkdirSync(home, { recursive: true });
  const settings = settingsOf(home);
  await keepRunning({
    name: 'Kafka',
    portVariable: 'KAFKA_PORT',
    port,
    mark: settings,
    log: join(home, 'log'),
    start: async () => {
      writeFileSync(settings, properties(join(home, 'data'), port, await freePort()));
      const format = ['format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', settings];
      await run('java', ['-cp', `${lib}/*`, 'kafka.tools.StorageTool', ...format]);
      return {
        command: 'java',
        args: ['-Xmx512m', '-Djava.awt.headless=true', '-cp', `${lib}/*`, 'kafka.Kafka', settings],
        options: { cwd: home },
      };
    },
    ask: () => answers(port),
  });
  return { url: `kafka://127.0.0.1:${port}`, lib };
}

/** Ends the broker of a folder at once. */
export function endKafka(home) {
  return end(settingsOf(home), 'SIGKILL');
}

/** The file that the broker is started with. */
function settingsOf(home) {
  return join(home, 'server.properties');
}

/** The folder of the broker's classes, filled from Maven Central at the first time. */
export async function kafkaJars() {
  await javaIsThere();
  return fetched(`kafka-${VERSION}`, 'Maven Central', async (lib) => {
    try {
      await run('mvn', ['-q', '-B', '-Dstyle.color=never', '-f', POM, COPY, '-DincludeScope=runtime', `-DoutputDirectory=${lib}`]);
    } catch (error) {
      if (error.code === 'ENOENT') throw new Error('Maven is missing, which fetches Kafka: install it (Debian: apt-get install maven)');
      throw new Error(`Kafka could not be fetched: ${error.stdout || error.message}`);
    }
  });
}

async function javaIsThere() {
  const needed = `Kafka needs Java ${JAVA} or newer: install it (Debian: apt-get install default-jre-headless)`;
  const said = await run('java', ['-version']).catch((error) => {
    throw new Error(error.code === 'ENOENT' ? `Java is missing. ${needed}` : error.message);
  });
  const version = /version "(\d+)/.exec(said.stderr)?.[1];
  if (Number(version) < JAVA) throw new Error(`Java ${version} is too old. ${needed}`);
}

async function answers(port) {
  const { Kafka, logLevel } = kafkajs;
  const client = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const admin = client.admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
}

/** One broker that is its own controller. Topics with one copy, groups that form at once. */
function properties(data, port, controllerPort) {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${data}
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
