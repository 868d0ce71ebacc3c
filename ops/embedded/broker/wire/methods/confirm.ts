import type { Reader } from '../reader.ts';
import { type Answers, bare, type NoArguments } from './answer.ts';

/** What clients send of class confirm (85), RabbitMQ's extension for publisher confirms. */
export function readConfirmMethod(methodId: number, reader: Reader) {
  if (methodId !== 10) return undefined;
  const [noWait] = reader.bits();
  return { name: 'confirm.select', args: { noWait } } as const;
}

export type ConfirmAnswers = { 'confirm.select-ok': NoArguments };

export const confirmAnswers: Answers<ConfirmAnswers> = { 'confirm.select-ok': bare(85, 11) };
