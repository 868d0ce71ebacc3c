// The format of an export: one JSON object a line, see ops/decisions/backup.md.
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

export const FORMAT_VERSION = 1;

const Stream = Type.String({ minLength: 1 });
const Revision = Type.Integer({ minimum: 0 });
/** A commit position of the store that was exported. */
const Position = Type.String({ pattern: '^[0-9]+$' });

const GroupSettings = Type.Object({
  resolveLinkTos: Type.Boolean(),
  extraStatistics: Type.Boolean(),
  messageTimeout: Type.Integer(),
  maxRetryCount: Type.Integer(),
  checkPointAfter: Type.Integer(),
  checkPointLowerBound: Type.Integer(),
  checkPointUpperBound: Type.Integer(),
  maxSubscriberCount: Type.Union([Type.Integer(), Type.Literal('unbounded')]),
  liveBufferSize: Type.Integer(),
  readBatchSize: Type.Integer(),
  historyBufferSize: Type.Integer(),
  consumerStrategyName: Type.String(),
});

/** How far a group was: everything up to a position was settled; null where it had noted nothing yet. */
const GroupPlace = Type.Object({
  name: Type.String(),
  settledUpTo: Type.Union([Position, Type.Null()]),
  settings: GroupSettings,
});
export type GroupPlace = Readonly<Static<typeof GroupPlace>>;

const Header = Type.Object({
  kind: Type.Literal('header'),
  format: Type.Literal('deskstream-export'),
  version: Type.Literal(FORMAT_VERSION),
  createdAt: Type.String(),
  head: Position,
  groups: Type.Array(GroupPlace),
});

const Event = Type.Object({
  kind: Type.Literal('event'),
  stream: Stream,
  revision: Revision,
  id: Type.String(),
  type: Type.String(),
  contentType: Type.Union([Type.Literal('application/json'), Type.Literal('application/octet-stream')]),
  /** JSON as it is; binary data as base64. */
  data: Type.Unknown(),
  metadata: Type.Optional(Type.Unknown()),
  /** Metadata that are not JSON, as base64. */
  binaryMetadata: Type.Optional(Type.String()),
  created: Type.String(),
  position: Type.Optional(Position),
});

/** Revisions that nobody can read any more; the last is `revision + count - 1`. */
const Gone = Type.Object({
  kind: Type.Literal('gone'),
  stream: Stream,
  revision: Revision,
  count: Type.Integer({ minimum: 1 }),
  position: Type.Optional(Position),
});

/** The stream was deleted for good. */
const Tombstone = Type.Object({
  kind: Type.Literal('tombstone'),
  stream: Stream,
  created: Type.String(),
  position: Position,
});

const Trailer = Type.Object({
  kind: Type.Literal('trailer'),
  /** Lines of each kind before this one. */
  events: Type.Integer(),
  gone: Type.Integer(),
  tombstones: Type.Integer(),
  /** Of all bytes before this line, in hexadecimal digits. */
  sha256: Type.String(),
});

const Line = Type.Union([Header, Event, Gone, Tombstone, Trailer]);

export type ExportHeader = Readonly<Static<typeof Header>>;
export type ExportedEvent = Readonly<Static<typeof Event>>;
/** What stands between header and trailer. */
export type Entry = ExportedEvent | Readonly<Static<typeof Gone>> | Readonly<Static<typeof Tombstone>>;
export type ExportTrailer = Readonly<Static<typeof Trailer>>;
type ExportLine = ExportHeader | Entry | ExportTrailer;

/** Makes the reader of lines; it answers undefined for what is not a line of this version of the format. */
export function lineReader(): (text: string) => ExportLine | undefined {
  const validator = Compile(Line);
  return (text) => {
    try {
      const value: unknown = JSON.parse(text);
      return validator.Check(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
}

/** How many entries of each kind there are. */
export class Counts {
  events = 0;
  gone = 0;
  tombstones = 0;

  add({ kind }: Entry): void {
    switch (kind) {
      case 'event':
        this.events += 1;
        return;
      case 'gone':
        this.gone += 1;
        return;
      case 'tombstone':
        this.tombstones += 1;
        return;
    }
  }
}
