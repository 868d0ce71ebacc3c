import { type Static, type TSchema, Type } from 'typebox';

/** Limits that forms, contracts and documents share; lengths in UTF-16 code units. */
export const LIMITS = { email: 254, name: 100, subject: 200, text: 20_000, tag: 40, tags: 20 } as const;

/**
 * What people may give as an e-mail address: one at a reachable domain, with nothing that could break out of a mail header.
 * Contracts take more, since they must take for ever what was taken once.
 */
export const EMAIL_PATTERN = '^[^\\s"<>(),;:\\\\@]+@[^\\s@\\[\\]]+\\.[^\\s@\\[\\].]{2,}$';

/** Whether somebody can give this as their e-mail address. */
export function isEmailAddress(text: string): boolean {
  return text.length <= LIMITS.email && new RegExp(EMAIL_PATTERN).test(text);
}

/** The kinds of issue that a customer can choose from. */
export const KINDS = ['question', 'problem', 'request'] as const;
export type Kind = (typeof KINDS)[number];

/** How urgent a ticket is; every ticket begins as `normal`. */
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What an employee may be; `admin` may do what all the others may. */
export const ROLES = ['agent', 'operator', 'analyst', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Marks a field that holds personal data: stored under the key of its subject, and never in logs, traces, park reasons or
 * message headers.
 *
 * @param erased what the field reads as once its subject was erased; a text or an address has one already.
 */
export function Personal<Schema extends TSchema>(schema: Schema, erased?: Static<Schema>): Schema {
  return { ...schema, 'x-personal': true, ...(erased === undefined ? {} : { 'x-erased': erased }) };
}

/** Marks a field that is not personal and yet for nobody's eyes, such as a wrapped key. */
export function Secret<Schema extends TSchema>(schema: Schema): Schema {
  return { ...schema, 'x-secret': true };
}

/** Says in the catalogue what a field means, where its name does not. */
export function Meaning<Schema extends TSchema>(schema: Schema, description: string): Schema {
  // TypeBox keeps what kind of schema it is in a hidden property, which a plain copy would lose.
  const copy = Object.defineProperties({ ...schema }, Object.getOwnPropertyDescriptors(schema));
  return Object.assign(copy, { description });
}

export const Uuid = Type.String({ format: 'uuid' });
export const Instant = Type.String({ format: 'date-time' });
export const Revision = Type.Integer({ minimum: 0 });
export const EmailField = Personal(Type.String({ format: 'email', maxLength: LIMITS.email }));
export const NameField = Personal(Type.String({ maxLength: LIMITS.name }));
export const SubjectField = Personal(Type.String({ minLength: 1, maxLength: LIMITS.subject }));
export const TextField = Personal(Type.String({ minLength: 1, maxLength: LIMITS.text }));
export const KindField = Type.Enum([...KINDS]);
export const PriorityField = Type.Enum([...PRIORITIES]);
export const RolesField = Type.Array(Type.Enum([...ROLES]), {
  minItems: 1,
  maxItems: ROLES.length,
  uniqueItems: true,
});
/** Small letters, digits and dashes, so that a tag is written in one way only. */
export const TagField = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: LIMITS.tag });

/** A field that is always there, and null where there is nothing to say. */
export function Nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}
