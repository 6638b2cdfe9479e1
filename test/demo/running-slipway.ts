import { join } from 'node:path';
import type { OwnServers } from './own-servers';
import { type Ending, SlipwayProcess } from './slipway-process';

/** Slipway as the story has it: one process, or API, processor and worker as processes of their own. */
export class RunningSlipway {
  private constructor(
    private readonly processes: readonly SlipwayProcess[],
    /** What it starts on, in words. */
    readonly ground: string,
    /** Takes away what it keeps outside of its folder. */
    readonly clear: () => Promise<void>,
  ) {}

  /** On an embedded default that is all below a folder. */
  static inOneProcess(folder: string, port: number): RunningSlipway {
    const settings = { SLIPWAY_DATA_DIR: folder, HTTP_PORT: String(port) };
    return new RunningSlipway([new SlipwayProcess('standalone', settings)], 'a fresh data folder', () => Promise.resolve());
  }

  /** Data folders below a folder, everything else on servers. */
  static asCluster(folder: string, ports: readonly number[], { settings, clear }: OwnServers): RunningSlipway {
    const processes = (['api', 'processor', 'worker'] as const).map((name, at) => {
      return new SlipwayProcess(name, { ...settings, SLIPWAY_DATA_DIR: join(folder, name), HTTP_PORT: String(ports[at]) });
    });
    return new RunningSlipway(processes, 'a fresh database and topics of its own', clear);
  }

  /** Of its HTTP interface. */
  get address(): string {
    return this.processes[0]!.address;
  }

  /** What its processes printed last. */
  get lastWords(): string {
    return this.processes.map(({ lastWords }) => lastWords).join('\n');
  }

  /** Resolves once all of it is ready, with who runs: their process ids, in words. */
  async start(): Promise<string> {
    const running = await Promise.all(this.processes.map(async (each) => `${each.name} ${await each.start()}`));
    return running.join(', ');
  }

  /** Sends a signal to all of it, and resolves with how each process ended once it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ending[]> {
    return Promise.all(this.processes.map((each) => each.end(signal)));
  }

  /** Ends it at once and for good. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.close()));
  }
}
