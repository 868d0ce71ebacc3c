import { freemem, loadavg, totalmem } from 'node:os';
import type { EventStore } from '../core/event-store.ts';
import type { Groups } from '../groups/groups.ts';
import { parkedCount } from '../groups/parking.ts';
import { isRead } from './node-routes.ts';
import type { Answer, Route } from './router.ts';

/** How many connections and gRPC calls are open. */
type OpenCounts = { readonly connections: number; readonly calls: number };

/** Numbers of the node: `/stats` (and any part of it, by path) as the real server nests them, `/metrics` for Prometheus. */
export function statisticsRoutes(store: EventStore, groups: Groups, open: () => OpenCounts): Route {
  const startTime = new Date(store.clock()).toISOString();
  return (request) => {
    const [first, ...rest] = request.path;
    if (!isRead(request)) return undefined;
    if (first === 'stats') return part(statistics(store, startTime, open().connections), rest);
    if (first === 'metrics' && rest.length === 0) {
      return {
        status: 200,
        body: metrics(store, groups, open()),
        headers: { 'content-type': 'text/plain; version=0.0.4' },
      };
    }
    return undefined;
  };
}

function part(all: unknown, path: readonly string[]): Answer {
  let found = all;
  for (const name of path) {
    found =
      typeof found === 'object' && found !== null
        ? Object.entries(found).find(([key]) => key === name)?.[1]
        : undefined;
  }
  return found === undefined
    ? { status: 404 }
    : { status: 200, body: found, headers: { 'cache-control': 'max-age=1, public' } };
}

function statistics(store: EventStore, startTime: string, connections: number) {
  const memory = process.memoryUsage();
  const usage = process.resourceUsage();
  const [oneMinute, fiveMinutes, fifteenMinutes] = loadavg();
  const { groups, bytes, lastBytes, maxBytes, lastMs, totalMs, maxMs } = store.writes;
  return {
    proc: {
      startTime,
      id: process.pid,
      mem: memory.rss,
      cpu: process.cpuUsage().user / 1e6 / process.uptime(),
      threadsCount: 0,
      contentionsRate: 0,
      thrownExceptionsRate: 0,
      gc: { totalBytesInHeaps: memory.heapTotal, heapUsed: memory.heapUsed },
      diskIo: { readOps: usage.fsRead, writeOps: usage.fsWrite },
      tcp: { connections },
    },
    sys: {
      loadavg: { '1m': oneMinute, '5m': fiveMinutes, '15m': fifteenMinutes },
      freeMem: freemem(),
      totalMem: totalmem(),
    },
    es: {
      checksum: store.log.committed,
      checksumNonFlushed: store.log.end,
      streams: store.index.streamCount,
      queue: {},
      writer: {
        lastFlushSize: lastBytes,
        lastFlushDelayMs: lastMs,
        meanFlushSize: groups === 0 ? 0 : bytes / groups,
        meanFlushDelayMs: groups === 0 ? 0 : totalMs / groups,
        maxFlushSize: maxBytes,
        maxFlushDelayMs: maxMs,
        queuedFlushMessages: store.queuedAppends,
      },
    },
  };
}

function metrics(store: EventStore, groups: Groups, { connections, calls }: OpenCounts): string {
  const lines: string[] = [];
  const metric = (
    name: string,
    type: 'gauge' | 'counter',
    help: string,
    samples: readonly [labels: string, value: number][],
  ): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of samples)
      lines.push(`${name}${labels === '' ? '' : `{${labels}}`} ${value}`);
  };
  metric('eventstore_checkpoints', 'gauge', 'Positions in the log.', [
    ['name="writer"', store.log.committed],
    ['name="index"', store.index.followed],
  ]);
  metric('eventstore_streams', 'gauge', 'Streams that the index knows.', [['', store.index.streamCount]]);
  metric('eventstore_io_bytes', 'counter', 'Bytes written to the log.', [
    ['activity="written"', store.writes.bytes],
  ]);
  metric('eventstore_writer_flushes', 'counter', 'Groups of appends that were synced to disk.', [
    ['', store.writes.groups],
  ]);
  metric('eventstore_kestrel_connections', 'gauge', 'Open connections.', [['', connections]]);
  metric('eventstore_incoming_grpc_calls', 'gauge', 'Open gRPC calls.', [['kind="current"', calls]]);
  const all = [...groups.all].map((group) => {
    const source = group.key.slice(0, group.key.length - group.config.group.length - 2);
    return {
      group,
      labels: `event_stream_id="${escapeLabel(source)}",group_name="${escapeLabel(group.config.group)}"`,
    };
  });
  metric(
    'eventstore_persistent_sub_connections',
    'gauge',
    'Consumers of a group.',
    all.map(({ group, labels }) => [labels, [...group.consumers].length]),
  );
  metric(
    'eventstore_persistent_sub_in_flight_messages',
    'gauge',
    'Messages delivered and not settled.',
    all.map(({ group, labels }) => [labels, group.counts.outstanding]),
  );
  metric(
    'eventstore_persistent_sub_parked_messages',
    'gauge',
    'Messages parked.',
    all.map(({ group, labels }) => [labels, parkedCount(store, group.parkedStream)]),
  );
  metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', [['', process.memoryUsage.rss()]]);
  return `${lines.join('\n')}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
