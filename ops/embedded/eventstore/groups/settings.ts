import type { EventFilter } from '../core/filter.ts';

export const STRATEGIES = ['DispatchToSingle', 'RoundRobin', 'Pinned', 'PinnedByCorrelation'] as const;
export type StrategyName = (typeof STRATEGIES)[number];

export type GroupSettings = {
  readonly resolveLinks: boolean;
  readonly extraStatistics: boolean;
  readonly messageTimeoutMs: number;
  readonly maxRetryCount: number;
  /** 0: never by time. */
  readonly checkpointAfterMs: number;
  readonly minCheckpointCount: number;
  readonly maxCheckpointCount: number;
  /** 0: any number. */
  readonly maxSubscriberCount: number;
  readonly liveBufferSize: number;
  readonly readBatchSize: number;
  readonly historyBufferSize: number;
  readonly strategy: StrategyName;
  /** First revision (of a stream) or position (of `$all`) to deliver; `end`: what comes after the creation. */
  readonly start: number | 'end';
};

/** What a group listens to: one stream, or `$all` with an optional filter. */
export type GroupSource =
  | { readonly kind: 'stream'; readonly stream: string }
  | { readonly kind: 'all'; readonly filter: EventFilter | undefined };

/** A group as it is configured. */
export type GroupConfig = {
  readonly source: GroupSource;
  readonly group: string;
  readonly settings: GroupSettings;
  /** Where a group that starts at the end really started: positions do not move when the node is restarted. */
  readonly startedAt: number;
};

export const ALL = '$all';

/** The name by which the source goes in stream names, errors and lists. */
export function sourceName(source: GroupSource): string {
  return source.kind === 'all' ? ALL : source.stream;
}

export function groupKey(source: string, group: string): string {
  return `${source}::${group}`;
}

export function checkpointStream(key: string): string {
  return `$persistentsubscription-${key}-checkpoint`;
}

export function parkedStream(key: string): string {
  return `$persistentsubscription-${key}-parked`;
}

/** Positions of `$all` are written so; revisions as plain numbers. */
export function positionText(source: GroupSource, position: number): string {
  return source.kind === 'all' ? `C:${position}/P:${position}` : String(position);
}

export function parsePositionText(text: string): number | undefined {
  const match = /^(?:C:)?(-?\d+)(?:\/P:-?\d+)?$/.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The reason why settings are refused; undefined where they are fine. */
export function settingsProblem(settings: GroupSettings): string | undefined {
  return settings.readBatchSize >= settings.historyBufferSize
    ? "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"
    : undefined;
}
