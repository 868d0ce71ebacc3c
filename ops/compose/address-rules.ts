// Where containers find each other: addresses that are fixed, and those by which our programs ask each other.
import { BlockList } from 'node:net';
import { SETTINGS, type SettingName } from '../../shared-contracts/runtime/setting-definitions.ts';
import type { Compose } from './read-compose.ts';
import { addressIn, type Rule, sharesProfile } from './rule.ts';

/** Which service answers at the address that programs have for it, by the name that telemetry knows it by. */
const INNER = [
  { setting: 'DESKSTREAM_CUSTOMER_INNER_URL', service: 'customer', port: 'DESKSTREAM_CUSTOMER_PORT' },
  { setting: 'DESKSTREAM_BACKOFFICE_INNER_URL', service: 'backoffice', port: 'DESKSTREAM_BACKOFFICE_PORT' },
  { setting: 'DESKSTREAM_ANALYSTS_INNER_URL', service: 'projections', port: 'DESKSTREAM_ANALYSTS_PORT' },
] as const;

/** Pages that are set where an embedded node has them, and nowhere else. */
const NODE_PAGES: readonly SettingName[] = ['DESKSTREAM_MAILBOX_URL', 'DESKSTREAM_BROKER_PAGE_URL'];

export const ADDRESS_RULES: readonly Rule[] = [
  // The proxy whose word is believed is one that is there, at an address that nobody else gets.
  ({ compose }) => {
    const { subnet, range } = networkOf(compose);
    const fixed = compose.services.flatMap(({ name, addresses }) =>
      addresses.map((address) => ({ name, address })),
    );
    const trusted = new Set(
      compose.services.flatMap(({ environment }) => environment.DESKSTREAM_TRUSTED_PROXIES?.split(',') ?? []),
    );
    return [
      ...[...trusted]
        .filter((address) => !fixed.some((each) => each.address === address))
        .map((address) => `${address} is trusted, but is the address of no service.`),
      ...fixed
        .filter(({ address }) => !contains(subnet, address))
        .map(
          ({ name, address }) => `${name} has the address ${address}, which is not in the network ${subnet}.`,
        ),
      ...fixed
        .filter(({ address }) => range === undefined || contains(range, address))
        .map(
          ({ name, address }) =>
            `${name} has the address ${address}, which another may get before it starts.`,
        ),
    ];
  },

  // The console, in whose container the command line is run, asks the other services how they are.
  ({ compose }) =>
    compose.services
      .filter(({ environment }) => environment.OTEL_SERVICE_NAME === 'console')
      .flatMap((console) =>
        INNER.flatMap(({ setting, service, port }) => {
          const address = addressIn(console.environment[setting] ?? '');
          const found = compose.services.find(({ name }) => name === address.host);
          const isThere =
            found !== undefined &&
            sharesProfile(console, found) &&
            found.environment.OTEL_SERVICE_NAME === service &&
            address.port === SETTINGS[port].default;
          return isThere ? [] : [`${console.name} does not find the service ${service} by ${setting}.`];
        }),
      ),

  // No node of ours runs here, so none is asked for what only they can do.
  ({ compose }) =>
    compose.services.flatMap(({ name, environment }) =>
      NODE_PAGES.filter((setting) => environment[setting] !== undefined).map(
        (setting) => `${name}: ${setting} is the page of an embedded node, and there is none.`,
      ),
    ),
];

/** The one network, and the part of it from which containers get addresses that are not fixed. */
function networkOf(compose: Compose): { readonly subnet: string; readonly range: string | undefined } {
  const text = JSON.stringify(compose.declared.networks);
  const given = (key: string) => new RegExp(`"${key}":"([\\d./]+)"`).exec(text)?.[1];
  return { subnet: given('subnet') ?? '', range: given('ip_range') };
}

function contains(network: string, address: string): boolean {
  const [start = '', bits = ''] = network.split('/');
  if (start === '') return false;
  const list = new BlockList();
  list.addSubnet(start, Number(bits));
  return list.check(address);
}
