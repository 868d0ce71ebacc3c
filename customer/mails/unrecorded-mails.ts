/** More than are ever in hand at once: those that another instance goes on with are forgotten in the end. */
const MOST_UNRECORDED = 1000;

/** Mails that the server has accepted and whose record is not written yet, the store being down: a retry only writes it. */
export class UnrecordedMails {
  readonly #messageIds = new Set<string>();

  has(messageId: string): boolean {
    return this.#messageIds.has(messageId);
  }

  add(messageId: string): void {
    for (const oldest of this.#messageIds) {
      if (this.#messageIds.size < MOST_UNRECORDED) break;
      this.#messageIds.delete(oldest);
    }
    this.#messageIds.add(messageId);
  }

  delete(messageId: string): void {
    this.#messageIds.delete(messageId);
  }
}
