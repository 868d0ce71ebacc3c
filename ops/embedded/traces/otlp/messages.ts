import protobuf from 'protobufjs/light.js';
import type { Origin } from '../span.ts';

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const field = (type: string, id: number) => ({ type, id });

/**
 * The messages of opentelemetry-proto 1.x that a trace export consists of, and `google.rpc.Status`, which carries
 * an error. Fields that nothing here reads are left out; a decoder skips them.
 */
const definition = {
  nested: {
    AnyValue: {
      oneofs: {
        value: {
          oneof: [
            'stringValue',
            'boolValue',
            'intValue',
            'doubleValue',
            'arrayValue',
            'kvlistValue',
            'bytesValue',
          ],
        },
      },
      fields: {
        stringValue: field('string', 1),
        boolValue: field('bool', 2),
        intValue: field('int64', 3),
        doubleValue: field('double', 4),
        arrayValue: field('ArrayValue', 5),
        kvlistValue: field('KeyValueList', 6),
        bytesValue: field('bytes', 7),
      },
    },
    ArrayValue: { fields: { values: repeated('AnyValue', 1) } },
    KeyValueList: { fields: { values: repeated('KeyValue', 1) } },
    KeyValue: { fields: { key: field('string', 1), value: field('AnyValue', 2) } },
    InstrumentationScope: { fields: { name: field('string', 1), version: field('string', 2) } },
    Resource: { fields: { attributes: repeated('KeyValue', 1) } },
    Event: {
      fields: {
        timeUnixNano: field('fixed64', 1),
        name: field('string', 2),
        attributes: repeated('KeyValue', 3),
      },
    },
    Link: {
      fields: { traceId: field('bytes', 1), spanId: field('bytes', 2), attributes: repeated('KeyValue', 4) },
    },
    Status: { fields: { message: field('string', 2), code: field('int32', 3) } },
    Span: {
      fields: {
        traceId: field('bytes', 1),
        spanId: field('bytes', 2),
        parentSpanId: field('bytes', 4),
        name: field('string', 5),
        kind: field('int32', 6),
        startTimeUnixNano: field('fixed64', 7),
        endTimeUnixNano: field('fixed64', 8),
        attributes: repeated('KeyValue', 9),
        events: repeated('Event', 11),
        links: repeated('Link', 13),
        status: field('Status', 15),
      },
    },
    // Spans stay the bytes that they came as: most are kept like that.
    ScopeSpans: { fields: { scope: field('InstrumentationScope', 1), spans: repeated('bytes', 2) } },
    ResourceSpans: { fields: { resource: field('Resource', 1), scopeSpans: repeated('ScopeSpans', 2) } },
    ExportTraceServiceRequest: { fields: { resourceSpans: repeated('ResourceSpans', 1) } },
    // Of this node itself: spans on disk, with what their resource and their scope say of them.
    KeptSpans: {
      fields: {
        service: field('string', 1),
        instance: field('string', 2),
        scope: field('string', 3),
        spans: repeated('bytes', 4),
      },
    },
    ExportTracePartialSuccess: {
      fields: { rejectedSpans: field('int64', 1), errorMessage: field('string', 2) },
    },
    ExportTraceServiceResponse: { fields: { partialSuccess: field('ExportTracePartialSuccess', 1) } },
    RpcStatus: { fields: { code: field('int32', 1), message: field('string', 2) } },
  },
};

type MessageName = 'ExportTraceServiceResponse' | 'RpcStatus';

/** Reads and writes the protobuf form of OTLP. */
export type OtlpMessages = {
  /**
   * An ExportTraceServiceRequest in the shape that OTLP's JSON has, but for its spans, each of which is still bytes.
   *
   * @throws Error when the bytes are none
   */
  decodeRequest(bytes: Uint8Array): unknown;
  /**
   * A span in the shape that OTLP's JSON has, but for ids and bytes, which are byte arrays.
   *
   * @throws Error when the bytes are none
   */
  decodeSpan(bytes: Uint8Array): unknown;
  /** What spans on disk begin with; each of them follows as its field 4. */
  encodeOrigin(origin: Origin): Uint8Array;
  /** Spans on disk, each of which is still bytes. */
  decodeKept(bytes: Uint8Array): Readonly<Record<string, unknown>>;
  encode(message: MessageName, content: Record<string, unknown>): Buffer;
};

/** Compiles the definitions: some milliseconds, so once for a node. */
export function compileOtlpMessages(): OtlpMessages {
  const root = protobuf.Root.fromJSON(definition);
  const decoder = (name: string) => {
    const type = root.lookupType(name);
    return (bytes: Uint8Array) => type.toObject(type.decode(bytes), { longs: String });
  };
  return {
    decodeRequest: decoder('ExportTraceServiceRequest'),
    decodeSpan: decoder('Span'),
    encodeOrigin: (origin) => root.lookupType('KeptSpans').encode(origin).finish(),
    decodeKept: decoder('KeptSpans'),
    encode(message, content) {
      const type = root.lookupType(message);
      return Buffer.from(type.encode(type.fromObject(content)).finish());
    },
  };
}
