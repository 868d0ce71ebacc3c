// What the compose files are held to: the settings that the code knows, and what a system in earnest needs.
import { SETTINGS, type SettingName } from '../../shared-contracts/runtime/setting-definitions.ts';
import { knownVariables } from '../../shared-contracts/runtime/unknown-settings.ts';
import { ADDRESS_RULES } from './address-rules.ts';
import { addressIn, type ComposeFiles, type Rule, sharesProfile } from './rule.ts';

/** The site that a service serves, by the name that telemetry knows it by. */
const PORT_OF_SERVICE: Readonly<Record<string, SettingName>> = {
  customer: 'DESKSTREAM_CUSTOMER_PORT',
  backoffice: 'DESKSTREAM_BACKOFFICE_PORT',
  projections: 'DESKSTREAM_ANALYSTS_PORT',
  console: 'DESKSTREAM_CONSOLE_PORT',
};

/** Where the servers listen, by the scheme of their URLs; RabbitMQ's own page is the only one over HTTPS. */
const PORTS_OF_SCHEMES: Readonly<Record<string, readonly number[]>> = {
  esdb: [2113],
  'esdb+discover': [2113],
  amqp: [5672],
  amqps: [5671],
  mongodb: [27017],
  smtp: [1025],
  https: [15671],
};

/** A sentence for everything that is not as it should be. */
export function problemsOf(files: ComposeFiles): readonly string[] {
  return RULES.flatMap((rule) => rule(files));
}

const RULES: readonly Rule[] = [
  ...ADDRESS_RULES,

  // Every variable of ours is one that the code knows.
  ({ compose }) => {
    const known = knownVariables();
    const isOfOthers = (name: string) => /^(OTEL|NODE)_/.test(name);
    const used = [
      ...compose.services
        .filter(({ isOurs }) => isOurs)
        .flatMap(({ name, environment }) => Object.keys(environment).map((variable) => ({ name, variable }))),
      ...compose.interpolated.map(({ name: variable }) => ({ name: 'The file', variable })),
    ];
    return used
      .filter(({ variable }) => !known.includes(variable) && !isOfOthers(variable))
      .map(({ name, variable }) => `${name} uses ${variable}, which the code does not know.`);
  },

  // A service of ours answers where its health is asked, and is published there.
  ({ compose }) =>
    compose.services.flatMap((service) => {
      const setting = PORT_OF_SERVICE[service.environment.OTEL_SERVICE_NAME ?? ''];
      if (!service.isOurs || setting === undefined) return [];
      const port = service.environment[setting] ?? String(SETTINGS[setting].default);
      const { DESKSTREAM_HEALTH_URL: health = '' } = service.environment;
      return [
        ...(addressIn(health).port === Number(port)
          ? []
          : [`${service.name} listens on ${port}, but its health is asked at "${health}".`]),
        ...service.ports
          .filter(({ container }) => container !== Number(port))
          .map(({ container }) => `${service.name} listens on ${port}, but publishes ${container}.`),
      ];
    }),

  // The addresses that people are told are published, in the same profile.
  ({ compose }) =>
    compose.services.flatMap((service) =>
      Object.entries(service.environment).flatMap(([setting, value]) => {
        if (!/^DESKSTREAM_(?!HEALTH_|\w+_INNER_)\w+_URL$/.test(setting)) return [];
        const published = compose.services
          .filter((other) => sharesProfile(service, other))
          .flatMap(({ ports }) => ports.map((port) => port.published));
        if (published.includes(addressIn(value).port ?? 0)) return [];
        return [`${service.name}: nothing is published at ${setting}, ${value}.`];
      }),
    ),

  // The defaults of addresses that a service is not told are published, too.
  ({ compose }) =>
    compose.services.flatMap((service) => {
      const setting = PORT_OF_SERVICE[service.environment.OTEL_SERVICE_NAME ?? ''];
      if (!service.isOurs || setting === undefined) return [];
      const port = Number(SETTINGS[setting].default);
      const ways = compose.services.filter(
        (other) => sharesProfile(service, other) && other.ports.some(({ published }) => published === port),
      );
      return ways.length === 1 ? [] : [`${service.name}: port ${port} is published ${ways.length} times.`];
    }),

  // Servers that are named are there, on the port that they listen on.
  ({ compose, others }) => {
    const texts = [
      ...Object.entries(others),
      ...compose.services.flatMap(({ name, environment }) =>
        Object.values(environment).map((value) => [name, value] as const),
      ),
    ];
    const hosts = compose.services.flatMap((service) => service.hosts);
    return texts.flatMap(([where, text]) =>
      serversNamedIn(text).flatMap(({ scheme, host, port }) => [
        ...(hosts.includes(host) ? [] : [`${where} names ${host}, which is no service.`]),
        ...((PORTS_OF_SCHEMES[scheme] ?? [port]).includes(port)
          ? []
          : [`${where} looks for ${scheme} at ${host}:${port}.`]),
      ]),
    );
  },

  // The proxy leads to services that are there, on their ports.
  ({ compose, others }) =>
    [...(others['nginx.conf'] ?? '').matchAll(/\bserver ([\w-]+):(\d+)/g)].flatMap(([, host, port]) => {
      const service = compose.services.find(({ name }) => name === host);
      if (service === undefined) return [`The proxy leads to ${host}, which is no service.`];
      const setting = PORT_OF_SERVICE[service.environment.OTEL_SERVICE_NAME ?? ''];
      const expected = setting === undefined ? 15_671 : SETTINGS[setting].default;
      return Number(port) === expected ? [] : [`The proxy leads to ${host}:${port}, not ${expected}.`];
    }),

  // What is run or asked is text; YAML reads some of what is not quoted as something else.
  ({ compose }) =>
    compose.services.flatMap(({ name, words }) =>
      words
        .filter((word) => typeof word !== 'string')
        .map((word) => `${name}: quote what YAML does not read as text: ${JSON.stringify(word)}.`),
    ),

  // A broker holds publishers back before its container is out of memory.
  ({ compose, others }) => {
    const mark = /^vm_memory_high_watermark\.absolute = (\d+)MB$/m.exec(
      others['rabbitmq-memory.conf'] ?? '',
    )?.[1];
    return compose.services
      .filter(({ image }) => image.startsWith('rabbitmq:'))
      .filter(({ limits, uses }) => {
        const megabytes = /^(\d+)M$/.exec(String(limits.memory))?.[1];
        const isTold = uses.configs.includes('rabbitmq_memory') && mark !== undefined;
        return !isTold || Number(mark) > 0.7 * Number(megabytes ?? 0);
      })
      .map(({ name }) => `${name} does not hold publishers back before its memory is full.`);
  },

  // Images are pinned.
  ({ compose, dockerfile }) => [
    ...compose.services
      .filter(({ image, isOurs }) => !isOurs && !isPinned(image))
      .map(({ name, image }) => `${name}: the image ${image} is not pinned to a version.`),
    ...imagesOf(dockerfile)
      .filter((image) => !isPinned(image))
      .map((image) => `Dockerfile: the image ${image} is not pinned to a version.`),
  ],

  // What goes on running says whether it is well, is limited, and is started again.
  ({ compose, dockerfile }) => [
    ...compose.services.flatMap(({ name, isStep, hasHealthCheck, limits, profiles }) => [
      ...(isStep || hasHealthCheck ? [] : [`${name} has no health check.`]),
      ...(limits.cpus !== undefined && limits.memory !== undefined ? [] : [`${name} has no limits.`]),
      ...(profiles.length > 0 ? [] : [`${name} is in no profile.`]),
    ]),
    ...(/^HEALTHCHECK /m.test(dockerfile) ? [] : ['The Dockerfile has no health check.']),
    ...(/^USER (?!root)/m.test(dockerfile) ? [] : ['The image runs as root.']),
  ],

  // One waits for another until it is well, or has done its work, and both are there.
  ({ compose }) =>
    compose.services.flatMap((service) =>
      service.dependsOn.flatMap(({ service: name, condition }) => {
        const other = compose.services.find((each) => each.name === name);
        if (other === undefined) return [`${service.name} waits for ${name}, which is no service.`];
        const expected = other.isStep ? 'service_completed_successfully' : 'service_healthy';
        return [
          ...(condition === expected
            ? []
            : [`${service.name} waits for ${name} with ${condition}, not ${expected}.`]),
          ...(service.profiles.every((profile) => other.profiles.includes(profile))
            ? []
            : [`${service.name} waits for ${name}, which is not in its profile.`]),
        ];
      }),
    ),

  // What is used is declared, and what is declared is used.
  ({ compose }) =>
    (['volumes', 'secrets', 'configs', 'networks'] as const).flatMap((kind) => {
      const used = new Set(compose.services.flatMap(({ uses }) => uses[kind]));
      const declared = Object.keys(compose.declared[kind]);
      return [
        ...[...used]
          .filter((name) => !declared.includes(name))
          .map((name) => `${name} is used and not declared in ${kind}.`),
        ...declared
          .filter((name) => !used.has(name))
          .map((name) => `${name} is declared in ${kind} and not used.`),
      ];
    }),

  // Passwords come from files or from who starts it; the files are made.
  ({ compose, others }) => [
    ...compose.services.flatMap(({ name, environment }) =>
      Object.entries(environment)
        .filter(([variable]) => /PASS|SECRET|TOKEN/i.test(variable) && !variable.endsWith('_FILE'))
        .map(([variable]) => `${name}: ${variable} stands in the file; use a secret.`),
    ),
    ...Object.entries(compose.declared.secrets).flatMap(([name, secret]) => {
      const file = /"file":"[^"]*\/([^"/]+)"/.exec(JSON.stringify(secret))?.[1];
      const made = [...(others['make-settings.sh'] ?? '').matchAll(/\bkeep ([\w.]+)/g)];
      return made.some(([, each]) => each === file) ? [] : [`Nothing makes the file of the secret ${name}.`];
    }),
  ],
];

/** A tag with a version in it: `latest`, no tag at all, or a mere name changes what runs without anybody deciding so. */
function isPinned(image: string): boolean {
  return /:v?\d+\.\d+\.\d+[\w.-]*$/.test(image) || image.includes('@sha256:');
}

function imagesOf(dockerfile: string): readonly string[] {
  const named = new Set([...dockerfile.matchAll(/ AS (\w+)/g)].map(([, stage]) => stage));
  const args = new Map(
    [...dockerfile.matchAll(/^ARG (\w+)=(\S+)/gm)].map(([, name, value]) => [name, value]),
  );
  return [...dockerfile.matchAll(/^FROM (\S+)/gm)]
    .map(([, image = '']) => image.replace(/\$\{(\w+)\}/g, (_, name) => args.get(name) ?? ''))
    .filter((image) => !named.has(image));
}

/** `scheme://user:password@host:port,host:port`; hosts that are this container itself are left out. */
function serversNamedIn(text: string): readonly { scheme: string; host: string; port: number }[] {
  return [...text.matchAll(/\b([a-z+]+):\/\/(?:[\w$:.-]+@)?([\w.-]+:\d+(?:,[\w.-]+:\d+)*)/g)].flatMap(
    ([, scheme = '', hosts = '']) =>
      hosts
        .split(',')
        .map((each) => each.split(':'))
        .map(([host = '', port = '']) => ({ scheme, host, port: Number(port) }))
        .filter(({ host }) => host !== 'localhost' && host !== '127.0.0.1'),
  );
}
