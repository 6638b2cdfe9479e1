import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { type IStreamsServer, StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import { featureCalls, gossipCalls, type Node } from './about-calls';
import { AppendCalls } from './append-calls';
import { CUT } from './answers';
import { Database } from './database';
import { DatabaseFile } from './database-file';
import { Faults } from './faults';
import { ReadCalls } from './read-calls';

export interface DoubleOptions {
  /** 0 takes a free one, and keeps it across restarts. Default 0. */
  readonly port?: number;
  /** Which server's ways: 23.10 drops slow subscribers, 24.10 lets them catch up again and counts metadata as part of an append. Default 23.10. */
  readonly version?: '23.10' | '24.10';
  /** Where the log is kept, so that another process finds it again. Default: in memory only. */
  readonly file?: string;
}

/** How long the real server goes on once it was told to end. */
const SHUTDOWN_MS = 5_000;
const LAST_MS = 100;
const MAX_APPEND_BYTES = 1_048_576;
/** As much as the real server takes in one message. */
const MAX_MESSAGE_BYTES = 17 * 1_024 * 1_024;

interface Cuttable {
  emit(event: 'error', failure: typeof CUT): boolean;
  on(event: 'close' | 'end' | 'cancelled', listener: () => void): unknown;
}

/** A server that speaks the protocol of EventStoreDB and behaves as the real one was seen to, with faults on demand. */
export class EventStoreDbDouble {
  readonly faults = new Faults();
  readonly database: Database;
  /** Reads, subscriptions and batch appends that were begun so far. */
  callsBegun = 0;
  /** Who leads the cluster, as this node tells those who discover it. Default: itself. */
  leader: Node | undefined;
  private server: Server | undefined;
  private front: TcpServer | undefined;
  private readonly sockets = new Set<Socket>();
  private port: number;
  private readonly calls = new Set<Cuttable>();

  private constructor(private readonly options: DoubleOptions) {
    this.port = options.port ?? 0;
    const limits = { maxAppendBytes: MAX_APPEND_BYTES, countsMetadata: options.version === '24.10' };
    this.database = new Database(limits, options.file ? new DatabaseFile(options.file) : undefined);
  }

  static async start(options: DoubleOptions = {}): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(options);
    await double.listen();
    return double;
  }

  /** Connection string for clients. */
  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  get address(): Node {
    return { host: '127.0.0.1', port: this.port };
  }

  /** Breaks every call that is open; connections stay. */
  cutCalls(): void {
    for (const call of [...this.calls]) call.emit('error', CUT);
    this.calls.clear();
  }

  /** As by `kill -9`: connections break, and none is taken until `listen`. What only memory held is forgotten. */
  stop(): void {
    this.front?.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    this.server?.forceShutdown();
    this.front = undefined;
    this.server = undefined;
    this.calls.clear();
    this.database.forgetWhatIsInMemory();
  }

  /** As by SIGTERM: it goes on for a while; then what is in flight is stored, and not told so. */
  async end(afterMs = SHUTDOWN_MS): Promise<void> {
    await pause(afterMs);
    this.faults.loseAnswers(Infinity, 'reset');
    this.faults.speak();
    await pause(LAST_MS);
    this.faults.loseAnswers(0);
    this.stop();
  }

  /** On the same port again, with the same log. */
  async listen(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
    server.addService(StreamsService, this.streams());
    server.addService(ServerFeaturesService, featureCalls(this.options.version ?? '23.10', this.faults));
    server.addService(
      GossipService,
      gossipCalls(() => this.leader ?? this.address, this.faults),
    );
    const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
    // The sockets are held here: gRPC's server would end them in an orderly way, as no killed process does.
    const front = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
      connections.injectConnection(socket);
    });
    await new Promise<void>((resolve, reject) => front.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.port = (front.address() as AddressInfo).port;
    this.server = server;
    this.front = front;
  }

  async restart(): Promise<void> {
    this.stop();
    await this.listen();
  }

  private streams(): IStreamsServer {
    const appends = new AppendCalls(this.database, this.faults);
    const reads = new ReadCalls({ database: this.database, faults: this.faults, fallsBehind: this.options.version === '24.10' });
    return {
      batchAppend: (call) => this.watched(call, () => appends.batchAppend(call)),
      append: (call, answer) => appends.append(call, answer),
      read: (call) => this.watched(call, () => void reads.read(call)),
      delete: (call, answer) => appends.delete(call, answer),
      tombstone: (call, answer) => appends.tombstone(call, answer),
    };
  }

  private watched(call: Cuttable, serve: () => void): void {
    this.callsBegun += 1;
    this.calls.add(call);
    for (const end of ['close', 'end', 'cancelled'] as const) call.on(end, () => this.calls.delete(call));
    serve();
  }
}
