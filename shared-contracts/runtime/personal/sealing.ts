import type { KeyObject } from 'node:crypto';
import { ContractViolation, NewerVersion, upcast, validMessage } from '../../messages/decode-message.ts';
import type { AnyMessage, MessageDefinition } from '../../messages/define-message.ts';
import { ERASED_TEXT } from '../../messages/personal-fields.ts';
import { ERASED_VALUE, holdsSealed, nonceSource, openAll, openValue, sealValue } from './sealed-value.ts';
import type { SubjectKeys } from './subject-keys.ts';

/** An event or message with nothing personal in clear, as it is stored and sent. */
export type SealedMessage = {
  /** Of the event or message; a sealed field opens under the same id only. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** Under whose key the personal fields are; undefined where there are none. */
  readonly subject: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
};

/** A message as it was read back: whether its data is what it should be is not known yet. */
export type ReceivedMessage = Omit<SealedMessage, 'data'> & { readonly data: unknown };

export type OpenedMessage = {
  readonly message: AnyMessage;
  /** The subject was erased: what was personal reads as erased. */
  readonly erased: boolean;
};

/** Turns messages into what may leave this process and back, by their contracts. */
export type Sealing = {
  /**
   * Validates the message and encrypts its personal fields.
   *
   * @throws ContractViolation when the data does not keep its contract, or is personal and has no subject.
   */
  seal(id: string, message: AnyMessage, subject: string | undefined): Promise<SealedMessage>;
  /**
   * Decrypts the personal fields, brings the data up to date and validates it.
   *
   * @throws NewerVersion when the type is not known, or its version is newer than the one that is.
   * @throws ContractViolation when a field was sealed for another place, or the data does not keep its contract.
   */
  open(received: ReceivedMessage): Promise<OpenedMessage>;
};

/** Encrypts and opens the personal fields that a catalogue marks, each under the key of its subject. */
export function createSealing(catalogue: ReadonlyMap<string, MessageDefinition>, keys: SubjectKeys): Sealing {
  const nextNonce = nonceSource();
  const definitionOf = (type: string): MessageDefinition => {
    const definition = catalogue.get(type);
    if (definition !== undefined) return definition;
    throw new NewerVersion(type, 'this type is not in the catalogue of this service');
  };

  return {
    async seal(id, message, subject) {
      const definition = definitionOf(message.type);
      const { type, version, personal } = definition;
      const { data } = validMessage(definition, message.data);
      if (!personal.isIn(data)) return { id, type, version, subject, data };
      if (subject === undefined) {
        throw new ContractViolation(type, '/metadata/subject', 'is missing, and the data is personal');
      }
      const key = keys.known(subject) ?? (await keys.toSeal(subject));
      const sealed = personal.replaceIn(data, (value, pointer) =>
        key === 'erased' ? ERASED_VALUE : sealValue(key, nextNonce(), { id, pointer }, value),
      );
      return { id, type, version, subject, data: sealed };
    },

    async open({ id, type, version, subject, data }) {
      const definition = definitionOf(type);
      if (subject === undefined) {
        return { message: validMessage(definition, upcast(definition, data, version)), erased: false };
      }
      const key = holdsSealed(data) ? (keys.known(subject) ?? (await keys.toOpen(subject))) : 'erased';
      let erased = false;
      const clear = openAll(data, (sealed, pointer) => {
        if (key !== 'erased' && sealed !== ERASED_VALUE) return opened(key, type, id, pointer, sealed);
        erased = true;
        return ERASED_TEXT;
      });
      const current = upcast(definition, clear, version);
      return {
        message: validMessage(definition, erased ? definition.personal.eraseIn(current) : current),
        erased,
      };
    },
  };
}

function opened(key: KeyObject, type: string, id: string, pointer: string, sealed: string): unknown {
  try {
    return openValue(key, { id, pointer }, sealed);
  } catch {
    throw new ContractViolation(
      type,
      pointer,
      'cannot be decrypted: it was changed, or sealed for another place',
    );
  }
}
