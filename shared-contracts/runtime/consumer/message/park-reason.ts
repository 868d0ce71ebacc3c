// Why a delivery was parked, as it stands beside its entry in the parked stream. What went wrong in full is in the ledger.

export type ParkReason = {
  /** The short name of the error, or `parked-before` where the ledger had it already. */
  readonly error: string;
  readonly attempt?: number;
  readonly attemptId?: string;
  readonly traceId?: string | null;
};

/** What the store puts in front of the reason that a consumer gave. */
const PREFIX = "Client explicitly NAK'ed message.\n";

/** The reason as a consumer gives it to the store. */
export function parkReason(reason: ParkReason): string {
  return JSON.stringify(reason);
}

/** The reason as the store writes it down. */
export function storedReason(reason: ParkReason): string {
  return `${PREFIX}${parkReason(reason)}`;
}

/** The attempt that a stored reason names; undefined for one that is not ours. */
export function attemptInReason(stored: unknown): string | undefined {
  if (typeof stored !== 'string' || !stored.startsWith(PREFIX)) return undefined;
  try {
    const reason: unknown = JSON.parse(stored.slice(PREFIX.length));
    const attemptId: unknown = Reflect.get(Object(reason), 'attemptId');
    return typeof attemptId === 'string' ? attemptId : undefined;
  } catch {
    return undefined;
  }
}
