import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../support/answers';
import { Project, type Step } from './project';
import { SlipwayClient } from './slipway-client';
import { auditExport } from '../../support/processes/audit-export';
import { temporaryFolder } from '../../support/processes/folders';
import type { ProcessSettings } from '../../support/processes/program';
import { SlipwayCluster } from '../../support/processes/slipway-cluster';
import { DoubleProcess } from '../../doubles/eventstoredb/double-process.fixture';
import { SlipwayProcess } from '../../support/processes/slipway-process';

/**
 * Where the stories play: in one process; or (`cluster`) in processes of their own on the servers of the tests; or (`eventstoredb`) likewise, with the log
 * in the double of EventStoreDB.
 */
const STAGE = process.env['STORIES_ON'] ?? 'one process';
// What was killed is believed to live for 10 s there (a lease of a subscription, a session of Kafka), and stories kill again and again.
if (STAGE !== 'one process') jest.setTimeout(120_000);

/** One running Slipway that the tests of a file share, with the environments Development, Staging and Production. */
export class Slipway<P extends SlipwayProcess | SlipwayCluster = SlipwayProcess | SlipwayCluster> {
  readonly client: SlipwayClient;
  private readonly folder = temporaryFolder();
  private projects = 0;

  constructor(readonly process: P) {
    this.client = new SlipwayClient(() => this.process.address);
  }

  async start(): Promise<void> {
    await this.process.start();
    for (const slug of ['development', 'staging', 'production']) await this.client.does('POST', '/environments', { slug });
  }

  async dispose(): Promise<void> {
    await this.process.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A project of its own for a test. */
  project(steps: readonly Step[], more: { lifecycle?: string } = {}): Promise<Project> {
    return Project.create(this.client, `shop-${(this.projects += 1)}`, steps, more);
  }

  /** The whole log, as the audit exports it. */
  exported(): Promise<AuditEvent[]> {
    return auditExport(this.process.address);
  }

  /** A file that scripts may write to or wait for; it goes away after the tests. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** A gate in the way of scripts: they wait at it until it is opened. */
  gate(name: string): Gate {
    return new Gate(this.file(name));
  }
}

/** A file that scripts wait for. */
export class Gate {
  constructor(private readonly file: string) {}

  /** The line of a script that waits. */
  get wait(): string {
    return `until [ -e '${this.file}' ]; do sleep 0.05; done`;
  }

  open(): void {
    writeFileSync(this.file, '');
  }

  close(): void {
    rmSync(this.file);
  }
}

/** Slipway where the stories play. It does not run yet. */
export function slipwayOfStories(settings: ProcessSettings = {}): SlipwayProcess | SlipwayCluster {
  if (STAGE === 'cluster') return new SlipwayCluster(settings);
  if (STAGE === 'eventstoredb') return new SlipwayCluster(settings, {}, new DoubleProcess());
  return new SlipwayProcess(settings);
}

/** Starts Slipway before the tests of a file, and ends it after them. */
export function withSlipway(settings: ProcessSettings = {}): Slipway {
  return around(new Slipway(slipwayOfStories(settings)));
}

/** The same in one process wherever stories play: for what is told of that process. */
export function withOneProcess(): Slipway<SlipwayProcess> {
  return around(new Slipway(new SlipwayProcess()));
}

function around<S extends Slipway>(slipway: S): S {
  beforeAll(() => slipway.start());
  afterAll(() => slipway.dispose());
  return slipway;
}

/** A test that shows what the process printed when it fails. */
export function story(process: () => { readonly tail: string } | undefined): (title: string, tell: () => Promise<void>) => void {
  return (title, tell) =>
    it(title, async () => {
      try {
        await tell();
      } catch (error) {
        const printed = process()?.tail;
        if (printed) console.error(`What Slipway printed before “${title}” failed:\n${printed}`);
        throw error;
      }
    });
}
