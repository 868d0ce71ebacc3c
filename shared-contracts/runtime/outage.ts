// Which errors say that a server cannot be reached, as the drivers of all our servers report it.

const OUTAGE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ESOCKET',
  'ECONNECTION',
  'EDNS',
  'unavailable',
  'broker-unavailable',
  'wrong-master-key',
  'service-stops',
]);

const OUTAGE_NAMES = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
]);

/** Whether an error says that what we depend on is down; nothing is wrong with what was asked. */
export function isOutage(error: Error): boolean {
  return OUTAGE_NAMES.has(error.name) || OUTAGE_CODES.has(codeOf(error) ?? '');
}

/** The stable code of an error, where it has one (`code`, or the event store client's `type`). */
export function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return undefined;
}
