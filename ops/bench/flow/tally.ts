// What became of the issues, counted from the streams.
import type { AllStreamRecordedEvent, EventStoreDBClient, Position } from '@eventstore/db-client';
import { START } from '@eventstore/db-client';
import { eventsOf } from '../../../shared-contracts/runtime/event-store/events-of.ts';

type Fate = {
  reported: number;
  prepared: number;
  /** Message-IDs of the confirmations that are noted as sent. */
  readonly confirmed: string[];
  /** When its ticket was prepared and its confirmation sent, whichever came last, in the store's time. */
  doneAt: number;
};

/** Reads on in `$all` each time that it is asked, and keeps what became of each issue. */
export class Tally {
  readonly #client: EventStoreDBClient;
  readonly #fates = new Map<string, Fate>();
  #position: Position | typeof START = START;
  #parked = 0;

  constructor(client: EventStoreDBClient) {
    this.#client = client;
  }

  async readOn(): Promise<void> {
    const after = this.#position;
    for await (const { event } of eventsOf(this.#client.readAll({ fromPosition: after }))) {
      if (event === undefined || (after !== START && event.position.commit <= after.commit)) continue;
      this.#take(event);
      this.#position = event.position;
    }
  }

  fate(issueId: string): Readonly<Fate> {
    return this.#fates.get(issueId) ?? { reported: 0, prepared: 0, confirmed: [], doneAt: 0 };
  }

  /** Messages that a handler gave up. */
  get parked(): number {
    return this.#parked;
  }

  isDone(issueId: string): boolean {
    const { prepared, confirmed } = this.fate(issueId);
    return prepared > 0 && confirmed.length > 0;
  }

  #take({ type, streamId, data, created }: AllStreamRecordedEvent): void {
    if (type === 'MessageParked') this.#parked += 1;
    if (type === 'IssueReported') this.#of(streamId.slice('issue-'.length)).reported += 1;
    if (type !== 'TicketPrepared' && type !== 'NotificationSent') return;
    const fate = this.#of(textIn(data, 'issueId'));
    if (type === 'TicketPrepared') fate.prepared += 1;
    else if (textIn(data, 'mail') === 'confirmation') fate.confirmed.push(textIn(data, 'messageId'));
    fate.doneAt = Math.max(fate.doneAt, created.getTime());
  }

  #of(issueId: string): Fate {
    const known = this.#fates.get(issueId);
    if (known !== undefined) return known;
    const fate = { reported: 0, prepared: 0, confirmed: [], doneAt: 0 };
    this.#fates.set(issueId, fate);
    return fate;
  }
}

function textIn(data: unknown, name: string): string {
  const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  return typeof value === 'string' ? value : '';
}
