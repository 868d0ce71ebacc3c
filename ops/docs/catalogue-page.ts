// The event catalogue: one page for people, made from the contracts.
import type { TObject } from 'typebox';
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import { CONVERSATIONS } from '../../shared-contracts/messages/integration-messages.ts';
import { EventMetadata } from '../../shared-contracts/messages/metadata.ts';
import { exchangeOf, queueOf } from '../../shared-contracts/messages/names.ts';
import { type Appender, STREAMS, type StreamFamily } from '../../shared-contracts/messages/streams.ts';
import { handledBy, SUBSCRIPTIONS } from '../../shared-contracts/messages/subscriptions.ts';
import { describeFields } from './describe-fields.ts';
import { code, jsonBlock, linkTo, table } from './markdown.ts';

const FAMILIES: readonly StreamFamily[] = Object.values(STREAMS);

const APPENDERS: Readonly<Record<Appender, string>> = {
  customer: 'the customer service',
  backoffice: 'the back office',
  projections: 'the projections service',
  operators: 'operators, through the console or the command line',
  'the service': 'the service that the stream belongs to',
  sites: 'each site that employees sign in to',
};

/** The whole page, as Markdown. */
export function cataloguePage(): string {
  const parts = [
    '# Event catalogue',
    'Every event in the event store and every message between the services. `npm run docs` makes this page from ' +
      '`shared-contracts/messages`; change it there. Fields that are marked *personal* hold what people wrote or who they are.',
    '## Streams',
    streamTable(),
    '## Groups',
    'A group is a persistent subscription. It also hears `replay-{group}`: what operators replay comes the same way, to the same handler.',
    groupTable(),
    '## Messages between the services',
    'They travel over RabbitMQ (`asyncapi.json` beside this page says how) and are appended to the inbox of their issue before they ' +
      'are acknowledged.',
    messageTable(),
    '## Beside the data',
    'The metadata of every event:',
    fieldTable(EventMetadata),
    ...FAMILIES.flatMap(familyParts),
  ];
  return `${parts.join('\n\n')}\n`;
}

function streamTable(): string {
  return table(
    ['stream', 'what it is', 'appended by', 'holds', 'heard by'],
    FAMILIES.map((family) => [
      code(family.name),
      family.meaning,
      [...new Set(family.holds.map(({ by }) => APPENDERS[by]))].join('; '),
      links(typesIn(family)),
      family.readers ??
        hearersOf(family)
          .map(({ group }) => code(group.name))
          .join(', '),
    ]),
  );
}

function groupTable(): string {
  return table(
    ['group', 'what for', 'hears', 'handles', 'leaves alone'],
    SUBSCRIPTIONS.map((subscription) => [
      code(subscription.group.name),
      subscription.group.purpose,
      subscription.hears.map(({ name }) => code(name)).join(', '),
      links(handledBy(subscription)),
      links(subscription.ignores),
    ]),
  );
}

function messageTable(): string {
  return table(
    ['message', 'from', 'to', 'exchange', 'queue', 'routing key'],
    CONVERSATIONS.flatMap(({ from, to, messages }) =>
      messages.map(({ type }) => [
        linkTo(type),
        from,
        to,
        code(exchangeOf(to)),
        code(queueOf(to)),
        code(type),
      ]),
    ),
  );
}

/** A type that stands in several families is described with the first of them. */
function familyParts(family: StreamFamily): readonly string[] {
  return [
    `## ${code(family.name)}`,
    family.meaning,
    ...typesIn(family)
      .filter((type) => familiesOf(type)[0] === family)
      .flatMap(typeParts),
  ];
}

/** Each once, however many append it. */
function typesIn({ holds }: StreamFamily): readonly MessageDefinition[] {
  return [...new Set(holds.flatMap(({ types }) => types))];
}

function familiesOf(definition: MessageDefinition): readonly StreamFamily[] {
  return Object.values(STREAMS).filter(({ holds }: StreamFamily) =>
    holds.some(({ types }) => types.includes(definition)),
  );
}

function typeParts(definition: MessageDefinition): readonly string[] {
  const families = familiesOf(definition);
  const appenders = families.flatMap(({ holds }) =>
    holds.flatMap(({ by, types }) => (types.includes(definition) ? [APPENDERS[by]] : [])),
  );
  const handlers = families
    .flatMap(hearersOf)
    .filter((subscription) => handledBy(subscription).includes(definition))
    .map(({ group }) => `${code(group.name)} (${group.purpose.replace(/\.$/, '')})`);
  const readers = families.flatMap((family) => family.readers ?? []);
  return [
    `### ${definition.type}`,
    definition.meaning,
    [
      `- version: ${definition.version}`,
      `- appended by: ${appenders.join('; ')}`,
      `- handled by: ${handlers.length === 0 ? (readers[0] ?? 'nobody') : handlers.join('; ')}`,
    ].join('\n'),
    fieldTable(definition.schema),
    jsonBlock(definition.example),
  ];
}

function fieldTable(schema: TObject): string {
  return table(
    ['field', 'type', 'marked', 'meaning'],
    describeFields(schema).map(({ name, type, marks, meaning }) => [
      code(name),
      type,
      marks.map((mark) => `*${mark}*`).join(', '),
      meaning,
    ]),
  );
}

function hearersOf(family: StreamFamily) {
  return SUBSCRIPTIONS.filter(({ hears }) => hears.includes(family));
}

function links(definitions: readonly MessageDefinition[]): string {
  return definitions.map(({ type }) => linkTo(type)).join(', ');
}
