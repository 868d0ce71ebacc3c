// The tables of settings in the README, made of their definitions.
import {
  fileSettingOf,
  SETTINGS,
  type SettingDefinition,
  type SettingName,
  settingNames,
} from '../../shared-contracts/runtime/setting-definitions.ts';
import { code, table } from './markdown.ts';

export function settingsTables(): string {
  const general = settingNames().filter((name) => !isAddress(name));
  return [
    table(['setting', 'default', 'meaning'], general.map(row)),
    'Where people reach each page (used in mails and in links between the sites; `https:` makes cookies secure), and the port that it or a node listens on (0: any free one):',
    table(['what', 'address', 'port'], addressRows()),
  ].join('\n\n');
}

function row(name: SettingName): readonly string[] {
  const definition: SettingDefinition = SETTINGS[name];
  const names = 'secret' in definition ? `${code(name)} or ${code(fileSettingOf(name))}` : code(name);
  return [names, definition.shownDefault ?? code(String(definition.default)), meaning(definition)];
}

function meaning(definition: SettingDefinition): string {
  if (definition.kind !== 'choice') return definition.meaning;
  return `${definition.meaning}: ${definition.choices.map(code).join(', ')}`;
}

/** A row for everything that listens. */
function addressRows(): readonly (readonly string[])[] {
  return settingNames().flatMap((name) => {
    const definition: SettingDefinition = SETTINGS[name];
    if (definition.kind !== 'port') return [];
    const urlSetting = name.replace(/_PORT$/, '_URL');
    const url = settingNames().find((other) => other === urlSetting && isAddress(other));
    return [[definition.what, url === undefined ? '' : withDefault(url), withDefault(name)]];
  });
}

function withDefault(name: SettingName): string {
  return `${code(name)}: ${SETTINGS[name].default}`;
}

/** Whether it says where a page or a node is reached. */
function isAddress(name: SettingName): boolean {
  const names: readonly string[] = settingNames();
  return name.endsWith('_PORT') || (name.endsWith('_URL') && names.includes(name.replace(/URL$/, 'PORT')));
}
