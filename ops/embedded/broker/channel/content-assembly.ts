import type { ContentHeader } from '../wire/content.ts';
import { AmqpFault } from '../wire/fault.ts';
import type { MethodArguments } from '../wire/method-codec.ts';

/** Largest body of a message in bytes (RabbitMQ 4's default). */
const MAX_BODY = 16 * 1024 * 1024;

export type Content = {
  readonly publish: MethodArguments<'basic.publish'>;
  readonly properties: Buffer;
  readonly body: readonly Buffer[];
};

/** Puts the frames of one publish together: the method, its header, its body in pieces. */
export class ContentAssembly {
  #publish: MethodArguments<'basic.publish'> | undefined;
  #header: ContentHeader | undefined;
  #pieces: Buffer[] = [];
  #received = 0;

  get active(): boolean {
    return this.#publish !== undefined;
  }

  start(publish: MethodArguments<'basic.publish'>): void {
    this.#publish = publish;
  }

  /** @returns the content when it is complete with this frame. */
  header(header: ContentHeader): Content | undefined {
    if (!this.#publish || this.#header) throw new AmqpFault(505, 'no content header is expected here');
    if (header.bodySize > MAX_BODY) {
      this.reset();
      throw new AmqpFault(
        406,
        `message size ${header.bodySize} is larger than configured max size ${MAX_BODY}`,
      );
    }
    this.#header = header;
    return this.#complete();
  }

  /** @returns the content when it is complete with this frame. */
  body(payload: Buffer): Content | undefined {
    if (!this.#header) throw new AmqpFault(505, 'no content body is expected here');
    this.#received += payload.length;
    if (this.#received > this.#header.bodySize) {
      throw new AmqpFault(501, 'the body is longer than its header says');
    }
    this.#pieces.push(payload);
    return this.#complete();
  }

  reset(): void {
    this.#publish = undefined;
    this.#header = undefined;
    this.#pieces = [];
    this.#received = 0;
  }

  #complete(): Content | undefined {
    if (!this.#publish || !this.#header || this.#received < this.#header.bodySize) return undefined;
    const content = { publish: this.#publish, properties: this.#header.properties, body: this.#pieces };
    this.reset();
    return content;
  }
}
