import t from 'tap';
import { ALL_GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { prefixOf, STREAMS } from '../../shared-contracts/messages/streams.ts';
import { SUBSCRIPTIONS } from '../../shared-contracts/messages/subscriptions.ts';
import { storeNodes } from '../../shared-contracts/runtime/event-store/store-nodes.ts';
import { handOut } from './access-files.ts';
import { DEFAULTS, streamPlans, USER_PLANS } from './access-plan.ts';
import { describePlan } from './describe-plan.ts';
import { hasUser, passwordIn, urlFor, withoutUser } from './server-access.ts';

t.test('whoever appends to a stream that has a list stands on it', async (t) => {
  const lists = new Map(streamPlans().map(({ stream, acl }) => [stream, acl]));
  for (const { name, service } of ALL_GROUPS) {
    t.strictSame(lists.get(streamOf.failures(name))?.$w, [service, 'console'], name);
    t.strictSame(lists.get(streamOf.replay(name))?.$w, ['console'], name);
    t.strictSame(lists.get(streamOf.parked(name))?.$w, [service], name);
    const asking = service === 'customer' ? ['console'] : ['console', 'customer'];
    t.strictSame(lists.get(streamOf.control(service))?.$w, [service, ...asking], service);
  }
  const desk = USER_PLANS.filter(({ groups }) => groups.includes('desk')).map(({ name }) => name);
  t.strictSame(desk, ['customer', 'backoffice', 'projections', 'console']);
  const [group] = DEFAULTS.$userStreamAcl.$w ?? [];
  t.equal(group, 'desk', 'all other streams are written by those of ours');
  const named = [...lists.keys()].filter((stream) => !stream.startsWith('$'));
  const families = Object.values(STREAMS).map(prefixOf);
  t.strictSame(
    named.filter((stream) => !families.some((prefix) => stream.startsWith(prefix))),
    [],
    'every list is of a stream that there is',
  );
});

t.test('every group is set up', async (t) => {
  t.strictSame(
    SUBSCRIPTIONS.map(({ group }) => group.name).sort(),
    ALL_GROUPS.map(({ name }) => name).sort(),
  );
});

t.test('the plan says each user, each list and why', async (t) => {
  const text = describePlan().join('\n');
  for (const { name, purpose } of USER_PLANS) t.match(text, `${name}: ${purpose}`);
  t.match(text, /^ {2}RabbitMQ: {4}configure \^\(customer\\\.inbox\|/m);
  t.match(text, /^\$all: read desk, reader$/m);
  t.match(text, /^control-projections: write projections, console, customer; delete \$admins$/m);
  t.notMatch(text, 'undefined');
});

t.test('URLs of one server or several change hands', async (t) => {
  const url = 'esdb+discover://admin:p%40ss@a:2113,b:2113?tls=true&tlsCAFile=/ca.crt';
  t.equal(
    urlFor(url, 'customer', 'a/b'),
    'esdb+discover://customer:a%2Fb@a:2113,b:2113?tls=true&tlsCAFile=/ca.crt',
  );
  t.equal(withoutUser(url), 'esdb+discover://a:2113,b:2113?tls=true&tlsCAFile=/ca.crt');
  t.strictSame([passwordIn(url), hasUser(url)], ['p@ss', true]);
  t.strictSame([passwordIn('amqp://host/vhost'), hasUser('amqp://host/vhost')], [undefined, false]);
});

t.test('what was handed out keeps its password when the address changes', async (t) => {
  const folder = t.testdir();
  const first = await handOut(folder, 'reader', 'MONGO_URL', 'mongodb://admin:x@one/desk');
  t.match(first, /^[\w-]{32}$/);
  t.equal(await handOut(folder, 'reader', 'MONGO_URL', 'mongodb://admin:x@two/desk'), first);
  t.not(await handOut(folder, 'console', 'MONGO_URL', 'mongodb://admin:x@two/desk'), first);
});

t.test('the nodes of a store are found in its URL', async (t) => {
  const found = (url: string) =>
    storeNodes(url).map((node) => [node.url.href, node.user?.name, node.user?.password]);
  t.strictSame(found('esdb+discover://admin:p%40ss@a,b:2114/?tls=true'), [
    ['https://a:2113/', 'admin', 'p@ss'],
    ['https://b:2114/', 'admin', 'p@ss'],
  ]);
  t.strictSame(found('esdb://127.0.0.1:2113?TLS=false'), [['http://127.0.0.1:2113/', undefined, undefined]]);
  const ca = t.testdir({ 'ca.crt': 'certificates' });
  t.strictSame(storeNodes(`esdb://a?tlsCAFile=${ca}/ca.crt`)[0]?.ca, 'certificates');
  t.throws(() => storeNodes(`esdb://a?tlsCAFile=${ca}/none`), /that tlsCAFile names cannot be read/);
});
