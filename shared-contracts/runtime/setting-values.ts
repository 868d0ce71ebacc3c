// Reads one setting at a time from the environment, by its definition.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { fileSettingOf, SECRET_SETTINGS, SETTINGS, type SettingName } from './setting-definitions.ts';
import { SettingError } from './setting-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type NameOf<Kind extends string> = {
  [Name in SettingName]: (typeof SETTINGS)[Name]['kind'] extends Kind ? Name : never;
}[SettingName];

/**
 * The environment with every secret that stands in a file (`{name}_FILE`) put in the place of that file's name, so that
 * it can be handed on to a process that may not read the file.
 *
 * @throws SettingError when a file cannot be read, is empty, or the setting is there as well.
 */
export function withSecretsFromFiles(env: Environment): Environment {
  const resolved: Record<string, string | undefined> = { ...env };
  for (const name of SECRET_SETTINGS) {
    const fileSetting = fileSettingOf(name);
    const file = given(env, fileSetting);
    delete resolved[fileSetting];
    if (file === undefined) continue;
    if (given(env, name) !== undefined) {
      throw new SettingError(name, `is set, and ${fileSetting} as well; set one of them`);
    }
    resolved[name] = fileText(fileSetting, file);
  }
  return resolved;
}

/** Reads settings of an environment whose secrets are in place. Each throws a SettingError where the value is wrong. */
export function settingReader(env: Environment) {
  const text = (name: SettingName): string => given(env, name) ?? String(SETTINGS[name].default);

  const choice = (name: NameOf<'choice' | 'flag'>, fallback: string, choices: readonly string[]): string => {
    const value = given(env, name) ?? fallback;
    if (choices.includes(value)) return value;
    throw new SettingError(name, `must be one of ${choices.join(', ')}`);
  };

  const whole = (name: SettingName, most: number, problem: string): number => {
    const value = text(name);
    if (/^\d+$/.test(value) && Number(value) <= most) return Number(value);
    throw new SettingError(name, problem);
  };

  const url = (name: NameOf<'url'>): string => {
    const { protocols } = SETTINGS[name];
    const value = text(name);
    if (protocols.some((protocol) => value.startsWith(`${protocol}//`))) return value.replace(/\/$/, '');
    const beginnings = protocols.map((protocol) => `${protocol}//`);
    throw new SettingError(name, `must be a URL that starts with ${beginnings.join(' or ')}`);
  };

  return {
    text,
    url,
    /** For what is there only where its address is set. */
    urlIfSet: (name: NameOf<'url'>): string | undefined =>
      given(env, name) === undefined ? undefined : url(name),
    port: (name: NameOf<'port'>): number =>
      whole(name, 65_535, 'must be a port, 0 to 65535 (0: any free one)'),
    count: (name: NameOf<'count'>): number =>
      whole(name, Number.MAX_SAFE_INTEGER, 'must be a whole number, 0 or more'),
    addresses(name: 'DESKSTREAM_TRUSTED_PROXIES'): readonly string[] {
      const items = text(name).split(',');
      const addresses = items.map((item) => item.trim()).filter((item) => item !== '');
      const wrong = addresses.find((address) => !isAddressOrNetwork(address));
      if (wrong === undefined) return addresses;
      throw new SettingError(
        name,
        `"${wrong}" is not an address, a network like 10.0.0.0/8, or one of ${NAMED_NETWORKS.join(', ')}`,
      );
    },
    flag: (name: NameOf<'flag'>, fallback: boolean = SETTINGS[name].default): boolean =>
      choice(name, String(fallback), ['true', 'false']) === 'true',
    choice: (name: NameOf<'choice'>): string => choice(name, SETTINGS[name].default, SETTINGS[name].choices),
  };
}

/** Networks that Fastify knows by name. */
const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

function isAddressOrNetwork(text: string): boolean {
  if (NAMED_NETWORKS.includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** What is empty counts as not set. */
function given(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function fileText(name: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(name, `the file cannot be read (${reason})`);
  }
  if (text === '') throw new SettingError(name, 'the file is empty');
  return text;
}
