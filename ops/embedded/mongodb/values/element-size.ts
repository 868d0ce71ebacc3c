import { CommandError } from '../errors.ts';

/** Bytes that a value of this type takes at this place. */
export function sizeOf(bytes: Buffer, type: number, position: number): number {
  switch (type) {
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return 8;
    case 0x02:
    case 0x0d:
    case 0x0e:
      return positive(4 + bytes.readInt32LE(position));
    case 0x03:
    case 0x04:
    case 0x0f:
      return positive(bytes.readInt32LE(position));
    case 0x05:
      return positive(5 + bytes.readInt32LE(position));
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      return 0;
    case 0x07:
      return 12;
    case 0x08:
      return 1;
    case 0x0b:
      return bytes.indexOf(0, bytes.indexOf(0, position) + 1) + 1 - position;
    case 0x0c:
      return positive(16 + bytes.readInt32LE(position));
    case 0x10:
      return 4;
    case 0x13:
      return 16;
    default:
      throw invalid(`unknown type ${type}`);
  }
}

function positive(size: number): number {
  if (size < 4) throw invalid('wrong length');
  return size;
}

/** The refusal of bytes that are not BSON. */
export function invalid(why: string): CommandError {
  return new CommandError(22, `The BSON document is not valid: ${why}.`);
}
