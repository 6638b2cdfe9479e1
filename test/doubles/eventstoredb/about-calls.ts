import { randomUUID } from 'node:crypto';
import type { sendUnaryData } from '@grpc/grpc-js';
import type { IGossipServer } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import type { IServerFeaturesServer } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { UUID } from '@eventstore/db-client/generated/shared_pb';
import type { Faults } from './faults';

/** Where a node of the cluster is. */
export interface Node {
  readonly host: string;
  readonly port: number;
}

/** What the server says it can do. A client takes the call for many appends only when it is named here. */
export function featureCalls(version: string, faults: Faults): IServerFeaturesServer {
  const methods = ['append', 'batchappend', 'delete', 'read', 'tombstone'].map((name) =>
    new SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name),
  );
  const supported = new SupportedMethods().setMethodsList(methods).setEventStoreServerVersion(`${version}.0`);
  return { getSupportedMethods: (_call, answer) => void whenSpoken(faults, answer, () => supported) };
}

/** What the server knows of its cluster: who leads it. */
export function gossipCalls(leader: () => Node, faults: Faults): IGossipServer {
  const members = () => {
    const { host, port } = leader();
    const member = new MemberInfo()
      .setInstanceId(new UUID().setString(randomUUID()))
      .setTimeStamp('0')
      .setIsAlive(true)
      .setState(MemberInfo.VNodeState.LEADER)
      .setHttpEndPoint(new EndPoint().setAddress(host).setPort(port));
    return new ClusterInfo().setMembersList([member]);
  };
  return { read: (_call, answer) => void whenSpoken(faults, answer, members) };
}

async function whenSpoken<T>(faults: Faults, answer: sendUnaryData<T>, make: () => T): Promise<void> {
  await faults.spoken;
  answer(null, make());
}
