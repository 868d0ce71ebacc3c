/** Streams and event types that have a meaning to the store itself. */
export const LINK_TYPE = '$>';
export const METADATA_TYPE = '$metadata';
export const TOMBSTONE_TYPE = '$streamDeleted';

export function metadataStreamOf(stream: string): string {
  return `$$${stream}`;
}

const GROUP_OF_ALL = '$persistentsubscription-$all::';

/**
 * Events that `$all` never shows: what groups on `$all` note for themselves (they would feed themselves with it).
 */
export function isHiddenFromAll(stream: string): boolean {
  return stream.startsWith(GROUP_OF_ALL) && (stream.endsWith('-checkpoint') || stream.endsWith('-parked'));
}
