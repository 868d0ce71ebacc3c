import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Handler } from '../rpc/rpc-server.ts';

/** Who this node is, for clients that ask a cluster whom to talk to. */
export type NodeIdentity = {
  readonly instanceId: Buffer;
  readonly host: string;
  readonly port: number;
};

const TICKS_PER_MS = 10_000n;

/** Gossip.Read: a cluster of one, which is the leader. */
export function gossipService(identity: () => NodeIdentity, clock: () => number): [string, Handler][] {
  return [
    [
      '/event_store.client.gossip.Gossip/Read',
      async (call) => {
        await call.request();
        const { instanceId, host, port } = identity();
        const structured = new sharedPb.UUID.Structured();
        structured.setMostSignificantBits(instanceId.readBigInt64BE(0).toString());
        structured.setLeastSignificantBits(instanceId.readBigInt64BE(8).toString());
        const id = new sharedPb.UUID();
        id.setStructured(structured);
        const endPoint = new gossipPb.EndPoint();
        endPoint.setAddress(host);
        endPoint.setPort(port);
        const member = new gossipPb.MemberInfo();
        member.setInstanceId(id);
        member.setTimeStamp(String(BigInt(Math.floor(clock())) * TICKS_PER_MS));
        member.setState(gossipPb.MemberInfo.VNodeState.LEADER);
        member.setIsAlive(true);
        member.setHttpEndPoint(endPoint);
        const cluster = new gossipPb.ClusterInfo();
        cluster.addMembers(member);
        call.send(cluster.serializeBinary());
      },
    ],
  ];
}
