// Reads docker-compose.yml as data, with its anchors merged.
import { parse } from 'yaml';

/** A mapping of the file; what is asked for and is not there is undefined. */
export type Mapping = Readonly<Record<string, unknown>>;

export type ComposeService = {
  readonly name: string;
  readonly image: string;
  /** Whether the image is made from this repository. */
  readonly isOurs: boolean;
  /** A step that ends, and is not started again. */
  readonly isStep: boolean;
  readonly profiles: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly published: number; readonly container: number }[];
  readonly dependsOn: readonly { readonly service: string; readonly condition: string }[];
  readonly hasHealthCheck: boolean;
  readonly limits: Mapping;
  /** Everything that is run in it, word by word, as YAML reads it. */
  readonly words: readonly unknown[];
  /** Addresses that are fixed. */
  readonly addresses: readonly string[];
  /** Names under which it is reached. */
  readonly hosts: readonly string[];
  /** Names of declared things that it uses. */
  readonly uses: Readonly<Record<'volumes' | 'secrets' | 'configs' | 'networks', readonly string[]>>;
};

export type Compose = {
  readonly services: readonly ComposeService[];
  readonly declared: Readonly<Record<'volumes' | 'secrets' | 'configs' | 'networks', Mapping>>;
  /** Variables that are put into the file when it is read, each with what stands behind its name. */
  readonly interpolated: readonly { readonly name: string; readonly rest: string }[];
};

export function readCompose(text: string): Compose {
  const file = mapping(parse(text, { merge: true }));
  const declared = (kind: string) => mapping(file[kind]);
  const uncommented = text.replace(/^\s*#.*$/gm, '');
  return {
    services: Object.entries(mapping(file.services)).map(([name, service]) =>
      readService(name, mapping(service)),
    ),
    declared: {
      volumes: declared('volumes'),
      secrets: declared('secrets'),
      configs: declared('configs'),
      networks: declared('networks'),
    },
    interpolated: [...uncommented.matchAll(/\$\{(\w+)([^}]*)\}/g)].map(([, name = '', rest = '']) => ({
      name,
      rest,
    })),
  };
}

function readService(name: string, service: Mapping): ComposeService {
  const health = mapping(service.healthcheck);
  const networks = Array.isArray(service.networks) ? {} : mapping(service.networks);
  const aliases = Object.values(networks).flatMap((network) => list(mapping(network).aliases).map(String));
  return {
    name,
    image: String(service.image ?? ''),
    isOurs: service.build !== undefined,
    isStep: service.restart === 'no',
    profiles: list(service.profiles).map(String),
    environment: Object.fromEntries(
      Object.entries(mapping(service.environment)).map(([key, value]) => [key, String(value)]),
    ),
    ports: list(service.ports).map((port) => {
      const numbers = String(port).split(':').slice(-2).map(Number);
      return { published: numbers[0] ?? 0, container: numbers[1] ?? 0 };
    }),
    dependsOn: Object.entries(mapping(service.depends_on)).map(([other, how]) => ({
      service: other,
      condition: String(mapping(how).condition),
    })),
    hasHealthCheck:
      health.disable === true ? false : service.build !== undefined || health.test !== undefined,
    limits: mapping(mapping(mapping(service.deploy).resources).limits),
    words: [service.command, service.entrypoint, health.test].flatMap(list),
    addresses: Object.values(networks)
      .flatMap((network) => mapping(network).ipv4_address ?? [])
      .map(String),
    hosts: [name, ...aliases],
    uses: {
      volumes: list(service.volumes).map((volume) => String(volume).split(':')[0] ?? ''),
      secrets: list(service.secrets).map(sourceOf),
      configs: list(service.configs).map(sourceOf),
      networks: Array.isArray(service.networks) ? service.networks.map(String) : Object.keys(networks),
    },
  };
}

function sourceOf(used: unknown): string {
  return typeof used === 'string' ? used : String(mapping(used).source);
}

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
