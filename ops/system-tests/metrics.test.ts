// What `/metrics` says after a run whose every number is known: each metric that the runtime tells, to the last count. One file,
// since a process has one set of figures, and the last test accounts for those of all.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { IssueCommand } from '../../customer/issue/issue-commands.ts';
import { issue } from '../../customer/issue/issue-decider.ts';
import { queueOf, streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { createMailer } from '../../shared-contracts/runtime/mailer.ts';
import { createLogger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { metric } from '../../shared-contracts/runtime/telemetry/metrics.ts';
import { startTelemetry } from '../../shared-contracts/runtime/telemetry/start-telemetry.ts';
import { site } from '../../shared-contracts/runtime/web/example-site.ts';
import { tellFigures } from '../console/tell-figures.ts';
import { startBrokerNode } from '../embedded/broker/node.ts';
import { startMailNode } from '../embedded/mail/node.ts';
import { watchGroups } from '../observe/watch-groups.ts';
import { figuresIn } from './testing/figures-in.ts';
import { runGroupsOfAllFates } from './testing/groups-of-all-fates.ts';
import { type Figure, readFigures, tabled } from './testing/read-figures.ts';
import { BUS_SERVICE, numbered, openTestBus } from './testing/test-bus.ts';
import { openTestStore } from './testing/test-store.ts';

process.env.OTEL_TRACES_EXPORTER = 'none';
const telemetry = startTelemetry('test', process.env);
t.teardown(() => telemetry.stop());

const { read, told } = figuresIn(async () => (await telemetry.metrics?.read()) ?? '');

t.test('groups: delivered, processed, failed, retried, parked, recovered, paused, behind', async (t) => {
  const store = await openTestStore(t);
  const { names, recoveries } = await runGroupsOfAllFates(t, store);
  const expected = {
    'deskstream_group_blocked_streams batched': 0,
    'deskstream_group_blocked_streams free': 0,
    'deskstream_group_blocked_streams ordered': 1,
    'deskstream_group_blocked_streams paused': 0,
    'deskstream_group_condition_ratio connected batched': 1,
    'deskstream_group_condition_ratio connected free': 1,
    'deskstream_group_condition_ratio connected ordered': 1,
    'deskstream_group_condition_ratio connected paused': 0,
    'deskstream_group_condition_ratio connecting batched': 0,
    'deskstream_group_condition_ratio connecting free': 0,
    'deskstream_group_condition_ratio connecting ordered': 0,
    'deskstream_group_condition_ratio connecting paused': 0,
    'deskstream_group_condition_ratio paused batched': 0,
    'deskstream_group_condition_ratio paused free': 0,
    'deskstream_group_condition_ratio paused ordered': 0,
    'deskstream_group_condition_ratio paused paused': 1,
    'deskstream_group_condition_ratio stalled batched': 0,
    'deskstream_group_condition_ratio stalled free': 0,
    'deskstream_group_condition_ratio stalled ordered': 0,
    'deskstream_group_condition_ratio stalled paused': 0,
    'deskstream_group_failed_total mail-refused free': 2,
    'deskstream_group_failed_total mail-refused ordered': 1,
    'deskstream_group_in_flight batched': 0,
    'deskstream_group_in_flight free': 0,
    'deskstream_group_in_flight ordered': 0,
    'deskstream_group_in_flight paused': 0,
    'deskstream_group_lag_seconds batched': 0,
    'deskstream_group_lag_seconds free': 0,
    'deskstream_group_lag_seconds ordered': 0,
    'deskstream_group_parked_total free': 2,
    'deskstream_group_parked_total ordered': 1,
    'deskstream_group_processed_total batched': 4,
    'deskstream_group_processed_total free': 4,
    'deskstream_group_processed_total ordered': 1,
    'deskstream_group_recovered_total free': 1,
    'deskstream_group_retried_total Error free': 2,
  };
  let behind = 0;
  const figures = await told(expected, async () => {
    const all = await read('deskstream_group', names);
    const isLate = ({ name, labels }: Figure) =>
      name === 'deskstream_group_lag_seconds' && Object.values(labels).includes('paused');
    behind = all.find(isLate)?.value ?? 0;
    return all.filter((each) => !isLate(each));
  });
  t.strictSame(figures, expected);
  t.ok(behind > 0, 'the event of the paused group waits');

  const delivered = [
    ...(await read('messaging_client_consumed', names)),
    ...(await read('messaging_process', names)),
  ];
  t.strictSame(tabled(delivered), {
    'messaging_client_consumed_messages_total batched receive eventstoredb': 4,
    'messaging_client_consumed_messages_total free receive eventstoredb': 6,
    'messaging_client_consumed_messages_total ordered receive eventstoredb': 3,
    'messaging_client_consumed_messages_total paused receive eventstoredb': 1,
    'messaging_process_duration_seconds_count ECONNREFUSED paused process eventstoredb': 1,
    'messaging_process_duration_seconds_count batched process eventstoredb': 4,
    'messaging_process_duration_seconds_count free process eventstoredb': 4,
    'messaging_process_duration_seconds_count mail-refused free process eventstoredb': 2,
    'messaging_process_duration_seconds_count mail-refused ordered process eventstoredb': 1,
    'messaging_process_duration_seconds_count ordered process eventstoredb': 1,
  });

  const logger = createLogger('test', 'silent', 'json');
  const declarations = recoveries.map(({ group }) => group);
  const watch = watchGroups({ store, logger, groups: declarations, services: async () => [] });
  t.teardown(() => watch.close());
  t.teardown(tellFigures(watch, recoveries));
  await watch.last();
  const ofConsole = [
    ...(await read('deskstream_failed_messages_waiting', names)),
    ...(await read('deskstream_group_waiting', names)),
  ];
  t.strictSame(tabled(ofConsole), {
    'deskstream_failed_messages_waiting free': 1,
    'deskstream_failed_messages_waiting ordered': 1,
    'deskstream_group_waiting free': 0,
    'deskstream_group_waiting ordered': 0,
  });
});

t.test('commands: how they ended, what was refused, and conflicts', async (t) => {
  const store = await openTestStore(t);
  const issueId = randomUUID();
  const about = { issueId, customerId: randomUUID(), email: 'kim@example.org', addressHash: 'a'.repeat(64) };
  const report = { ...about, name: 'Kim', subject: 'Blank', kind: 'problem', text: 'Blank.' } as const;
  const handle = (command: IssueCommand) =>
    handleCommand(store, issue, streamOf.issue(issueId), command, {
      actor: 'customer',
      correlationId: issueId,
      causationId: issueId,
    });
  await handle({ type: 'ReportIssue', commandId: randomUUID(), ...report });
  await handle({ type: 'ReportIssue', commandId: randomUUID(), ...report });
  await handle({ type: 'RateIssue', commandId: randomUUID(), issueId, helped: true, text: null });
  await handle({ type: 'RateIssue', commandId: randomUUID(), issueId, helped: true, text: null });
  await handle({ type: 'CloseIssue', commandId: randomUUID(), issueId });
  t.strictSame(tabled([...(await read('deskstream_command')), ...(await read('deskstream_append'))]), {
    'deskstream_append_conflicts_total issue-{id}': 1,
    'deskstream_command_duration_seconds_count CloseIssue done': 1,
    'deskstream_command_duration_seconds_count RateIssue rejected': 2,
    'deskstream_command_duration_seconds_count ReportIssue done': 2,
    'deskstream_command_rejections_total RateIssue issue-not-resolved': 2,
  });
  const appends = (await read('messaging_client_operation_duration')).filter(({ labels }) =>
    Object.values(labels).includes('issue-{id}'),
  );
  t.strictSame(tabled(appends), {
    'messaging_client_operation_duration_seconds_count issue-{id} append eventstoredb': 3,
  });
});

t.test('the broker: published, confirmed, given back, taken in', async (t) => {
  const store = await openTestStore(t);
  const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => node.close());
  const bus = await openTestBus(t, `amqp://127.0.0.1:${node.ports.broker}`, store);
  const publisher = await bus.publisher();
  const about = randomUUID();
  for (const number of [0, 1, 2]) await publisher.publish(numbered(about, number));
  const receiver = await bus.receiver();
  const ofBroker = async () => {
    const all = [...(await read('messaging_')), ...(await read('deskstream_broker'))];
    return all.filter(({ labels }) => Object.values(labels).some((said) => said.startsWith(BUS_SERVICE)));
  };
  const sent = {
    'deskstream_broker_confirm_duration_seconds_count projections.inbox': 3,
    'messaging_client_consumed_messages_total projections.inbox consume rabbitmq': 3,
    'messaging_client_operation_duration_seconds_count projections.inbox publish rabbitmq': 3,
    'messaging_client_sent_messages_total projections.inbox publish rabbitmq': 3,
    'messaging_process_duration_seconds_count projections.inbox consume rabbitmq': 3,
  };
  t.strictSame(await told(sent, ofBroker), sent);

  await receiver.close();
  await bus.channel.deleteQueue(queueOf(BUS_SERVICE));
  await t.rejects(publisher.publish(numbered(about, 3)), { code: 'broker-unavailable' });
  const returned = {
    'deskstream_broker_confirm_duration_seconds_count broker-unavailable projections.inbox': 1,
    'deskstream_broker_confirm_duration_seconds_count projections.inbox': 3,
    'deskstream_broker_returned_total projections.inbox': 1,
    'messaging_client_consumed_messages_total projections.inbox consume rabbitmq': 3,
    'messaging_client_operation_duration_seconds_count broker-unavailable projections.inbox publish rabbitmq': 1,
    'messaging_client_operation_duration_seconds_count projections.inbox publish rabbitmq': 3,
    'messaging_client_sent_messages_total broker-unavailable projections.inbox publish rabbitmq': 1,
    'messaging_client_sent_messages_total projections.inbox publish rabbitmq': 3,
    'messaging_process_duration_seconds_count projections.inbox consume rabbitmq': 3,
  };
  t.strictSame(tabled(await ofBroker()), returned);
});

t.test('mails: sent and refused', async (t) => {
  const node = await startMailNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  const mailer = createMailer(`smtp://127.0.0.1:${node.ports.smtp}`, 'Desk <desk@example.org>');
  t.teardown(async () => {
    mailer.close();
    await node.close();
  });
  const mail = { to: 'kim@example.org', subject: 'Blank', text: 'Blank.', html: '', references: [] };
  const send = (messageId: string) => mailer.send({ ...mail, messageId });
  await send('<one@example.org>');
  await send('<two@example.org>');
  await fetch(`http://127.0.0.1:${node.ports.mailPage}/api/behaviour`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'refuse' }),
  });
  await t.rejects(send('<three@example.org>'), { code: 'mail-refused' });
  const ofMails = (await read('messaging_client')).filter(({ labels }) =>
    Object.values(labels).includes('smtp'),
  );
  t.strictSame(tabled(ofMails), {
    'messaging_client_operation_duration_seconds_count mail-refused send smtp': 1,
    'messaging_client_operation_duration_seconds_count send smtp': 2,
    'messaging_client_sent_messages_total mail-refused send smtp': 1,
    'messaging_client_sent_messages_total send smtp': 2,
  });
});

t.test('requests by route, and who may ask for all this', async (t) => {
  const { app } = await site(t, { metrics: telemetry.metrics });
  await app.inject('/note');
  await app.inject('/note?email=kim@example.org');
  await app.inject('/kim@example.org');
  await app.inject('/explodes');
  await app.inject('/track/a-secret');
  const answer = await app.inject('/metrics');
  t.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  t.strictSame(tabled(readFigures(answer.body).filter(({ name }) => name.startsWith('http_'))), {
    'http_server_request_duration_seconds_count 500 GET 500 /explodes http': 1,
    'http_server_request_duration_seconds_count GET 200 /note http': 2,
    'http_server_request_duration_seconds_count GET 200 /track/:token http': 1,
    'http_server_request_duration_seconds_count GET 404 http': 1,
  });
  t.notMatch(answer.body, /kim|a-secret/);
  const forwarded = await app.inject({ url: '/metrics', headers: { 'x-forwarded-for': '203.0.113.7' } });
  t.equal(forwarded.statusCode, 404);
  const { app: without } = await site(t);
  t.equal((await without.inject('/metrics')).statusCode, 404);
});

t.test('every figure has the name, the unit and only the labels that are written down', async (t) => {
  const text = (await telemetry.metrics?.read()) ?? '';
  const plain = (name: string) => name.replaceAll('.', '_');
  const known = Object.values(metric);
  const odd = readFigures(text).flatMap(({ name, labels, value }) => {
    if (name === 'target_info') return [];
    const its = known.find((each) => new RegExp(`^${plain(each.name)}(_|$)`).test(name));
    const told = its?.attributes.map(plain) ?? [];
    const more = Object.keys(labels).filter((label) => !told.includes(label));
    return its === undefined || more.length > 0 || !(value >= 0) ? [{ name, more, value }] : [];
  });
  t.strictSame(odd, []);
  const told = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
  const missing = known.filter(({ name }) => ![...told].some((each) => each.startsWith(plain(name))));
  t.strictSame(
    missing.map(({ name }) => name),
    ['deskstream.read_model.lag', 'deskstream.spans.lost'],
    'which the tests of the read models and of spans have',
  );
});
