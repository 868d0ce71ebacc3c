import type { Writer } from '../writer.ts';

/** A method that the broker sends: its class and method number, and how its arguments are written. */
export type Answer<Arguments> = {
  readonly id: readonly [number, number];
  write(writer: Writer, args: Arguments): unknown;
};

/** The answers of one class, by the names and arguments that `Table` gives them. */
export type Answers<Table> = { readonly [Name in keyof Table]: Answer<Table[Name]> };

export type NoArguments = Readonly<Record<string, never>>;

/** A method whose arguments are nothing, or bits that are all unset. */
export const bare = (classId: number, methodId: number): Answer<NoArguments> => ({
  id: [classId, methodId],
  write: () => undefined,
});

/** Why a channel or a connection is closed. */
export type CloseArguments = {
  readonly replyCode: number;
  readonly replyText: string;
  /** The method that was at fault; 0 and 0 for none. */
  readonly classId: number;
  readonly methodId: number;
};

export function writeClose(writer: Writer, args: CloseArguments): void {
  writer.short(args.replyCode).shortstr(args.replyText).short(args.classId).short(args.methodId);
}
