import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EMBEDDED_NODES, isNodeName, NODE_NAMES, type NodeName, type NodeOptions } from './nodes.ts';

export type NodeCommand = { readonly kind: 'run'; readonly node: NodeName; readonly options: NodeOptions };

export type Command =
  | NodeCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly sentence: string };

export const USAGE = `npm run embedded -- NODE [flags]

Runs one embedded node alone until Ctrl-C or SIGTERM. NODE is one of:
${NODE_NAMES.map((name) => {
  const { port, page } = EMBEDDED_NODES[name];
  return `  ${name.padEnd(12)} port ${port.usual}${page === undefined ? '' : `, page on ${page.usual}`}`;
}).join('\n')}

  --port N             port to listen on; 0 for any free one
  --page-port N        port of its page (broker, mail, traces)
  --data DIR           folder of its data; usually .data/NODE
  --host H             address to listen on; usually 127.0.0.1
  --advertise-host H   address that clients are told (eventstore)
  --advertise-port N   port that clients are told (eventstore)
  --cert F, --key F    PEM files, to speak TLS (eventstore); there are users and access lists then
  --admin-password-file F
                       first password of the users admin and ops; usually changeit (eventstore)
  --help               this text`;

const FLAGS = {
  port: { type: 'string' },
  'page-port': { type: 'string' },
  data: { type: 'string' },
  host: { type: 'string' },
  'advertise-host': { type: 'string' },
  'advertise-port': { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'admin-password-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const ADVERTISING = ['advertise-host', 'advertise-port', 'cert', 'key', 'admin-password-file'] as const;

/** Reads the command line; what cannot be meant is refused with a sentence that says what can. */
export function parseCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
    if (values.help) return { kind: 'help' };
    const [name, ...more] = positionals;
    if (name === undefined) return refuse(`Name the node to run: ${NODE_NAMES.join(', ')}.`);
    if (!isNodeName(name)) return refuse(`There is no node "${name}"; there are ${NODE_NAMES.join(', ')}.`);
    if (more.length > 0) return refuse(`One node at a time: "${more.join(' ')}" is too much.`);

    const node = EMBEDDED_NODES[name];
    if (values['page-port'] !== undefined && node.page === undefined)
      return refuse(`${name} has no page, so it takes no --page-port.`);
    const foreign = node.advertises ? undefined : ADVERTISING.find((flag) => values[flag] !== undefined);
    if (foreign !== undefined) return refuse(`${name} takes no --${foreign}; only the event store does.`);
    if ((values.cert === undefined) !== (values.key === undefined))
      return refuse('TLS needs both --cert and --key.');
    const adminPasswordFile = values['admin-password-file'];
    if (adminPasswordFile !== undefined && values.cert === undefined)
      return refuse('There are users with TLS only: give --cert and --key beside --admin-password-file.');

    const advertiseHost = values['advertise-host'];
    const advertisePort = values['advertise-port'];
    return {
      kind: 'run',
      node: name,
      options: {
        dataDir: values.data ?? join(env.DESKSTREAM_DATA_DIR || '.data', name),
        host: values.host ?? '127.0.0.1',
        port: portFrom(values.port, 'port') ?? node.port.usual,
        pagePort: portFrom(values['page-port'], 'page-port') ?? node.page?.usual ?? 0,
        ...(advertiseHost === undefined ? {} : { advertiseHost }),
        ...(advertisePort === undefined
          ? {}
          : { advertisePort: portFrom(advertisePort, 'advertise-port') ?? 0 }),
        ...(values.cert === undefined || values.key === undefined
          ? {}
          : { cert: values.cert, key: values.key }),
        ...(adminPasswordFile === undefined ? {} : { adminPasswordFile }),
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    return refuse(`${reason}. Run with --help to see what it takes.`);
  }
}

class NotAPort extends Error {}

function portFrom(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new NotAPort(`--${flag} takes a port from 0 to 65535, not "${text}"`);
  return port;
}

function refuse(sentence: string): Command {
  return { kind: 'refused', sentence };
}
