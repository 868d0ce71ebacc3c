import { handlerFailed, missingMetadata } from '../errors.ts';
import type { ProposedEvent } from '../log/record.ts';
import type { FieldReader } from '../wire/protobuf.ts';
import { readUuid } from '../wire/uuid.ts';

const NOTHING: Buffer = Buffer.alloc(0);
const ZERO_ID = Buffer.alloc(16);
const JSON_CONTENT = 'application/json';

/**
 * Reads `ProposedMessage`, the same in AppendReq and BatchAppendReq: id, metadata map, custom metadata, data.
 *
 * @throws RpcError where the id is none, or the type or the content type is missing.
 */
export function readProposedEvent(reader: FieldReader): ProposedEvent {
  let id: Buffer | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let metadata = NOTHING;
  let data = NOTHING;
  while (reader.next()) {
    if (reader.field === 1) id = readUuid(reader.message());
    else if (reader.field === 2) {
      const { key, value } = readMapEntry(reader.message());
      if (key === 'type') type = value;
      else if (key === 'content-type') contentType = value;
    } else if (reader.field === 3) metadata = reader.content();
    else if (reader.field === 4) data = reader.content();
    else reader.skip();
  }
  if (id === undefined || id.equals(ZERO_ID)) throw handlerFailed();
  if (type === undefined) throw missingMetadata('type');
  if (contentType === undefined) throw missingMetadata('content-type');
  return { id, type, json: contentType === JSON_CONTENT, metadata, data };
}

function readMapEntry(reader: FieldReader): { key: string; value: string } {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
    else reader.skip();
  }
  return { key, value };
}
