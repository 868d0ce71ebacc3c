/** A setting that is missing or wrong; the message names it and says what it should be. */
export class SettingError extends Error {
  readonly code = 'bad-setting';

  constructor(name: string, problem: string) {
    super(`${name}: ${problem}.`);
    this.name = 'SettingError';
  }
}
