import { CodedError } from '../errors/coded-error.ts';

/** A setting that is missing or wrong; the message names it and says what it should be. */
export class SettingError extends CodedError {
  constructor(name: string, problem: string) {
    super('bad-setting', `${name}: ${problem}.`);
  }
}
