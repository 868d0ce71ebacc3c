// What pages ask of the read models is answered by an index, and by the one that was made for it.
import type { Document, Filter, Sort } from 'mongodb';
import t from 'tap';
import { FAILED_MESSAGES } from '../../shared-contracts/documents/failed-message-document.ts';
import { ISSUES } from '../../shared-contracts/documents/issue-document.ts';
import { idsOfNumber, numberOf } from '../../shared-contracts/documents/issue-number.ts';
import {
  collectionName,
  type ReadModel,
  type RevisionedDocument,
} from '../../shared-contracts/documents/read-model.ts';
import { wordsFilter } from '../../shared-contracts/documents/search-words.ts';
import { TICKETS, type TicketDocument } from '../../shared-contracts/documents/ticket-document.ts';
import { TICKET_METRICS } from '../../shared-contracts/documents/ticket-metrics-document.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { startTestNode } from '../embedded/mongodb/testing/start-node.ts';

const DOCUMENTS = 1000;
const minute = (count: number) => new Date(Date.UTC(2026, 10, 1) + count * 60_000);

t.test('queries of pages', async (t) => {
  const { db } = await startTestNode(t);

  /** A read model with documents, and how a page of a query is found: which index, and the ids. */
  const filled = async <Model extends RevisionedDocument>(
    model: ReadModel<Model>,
    make: (index: number) => Partial<Model>,
  ) => {
    const collection = db.collection<Document & { _id: string }>(collectionName(model));
    for (const { keys, options } of model.indexes) await collection.createIndex(keys, options);
    await collection.insertMany(
      Array.from({ length: DOCUMENTS }, (_, index) => ({
        ...model.example,
        _id: deterministicId(model.name, String(index)),
        ...make(index),
      })),
    );
    return async (filter: Filter<Document & { _id: string }>, sort: Sort = {}) => {
      const cursor = collection.find(filter).sort(sort).limit(25);
      const { queryPlanner } = await cursor.clone().explain('queryPlanner');
      const stages: string[] = [];
      for (let stage = queryPlanner.winningPlan; stage; stage = stage.inputStage) {
        stages.push(stage.indexName ?? stage.stage);
      }
      const scan = stages.filter((stage) => !['FETCH', 'LIMIT', 'PROJECTION'].includes(stage)).join(' < ');
      return [scan, (await cursor.toArray()).length];
    };
  };

  await t.test('tickets', async (t) => {
    const employee = (index: number) => deterministicId('employee', String(index % 50));
    const issue = (index: number) => deterministicId('issue', String(index));
    const find = await filled(TICKETS, (index): Partial<TicketDocument> => {
      const open = index % 10 === 0;
      const urgency = index % 100 === 0 ? 3 : 1;
      const status = !open ? 'resolved' : index % 20 === 0 ? 'waiting' : 'in-progress';
      const words = [`name${index}`, 'printer', index % 200 === 0 ? 'scanner' : 'desk'];
      const times = { preparedAt: minute(index), updatedAt: minute(2 * index) };
      const tags = index % 50 === 0 ? ['toner'] : [];
      const assigneeId = employee(index);
      return { issueId: issue(index), open, urgency, status, words, tags, assigneeId, ...times };
    });
    const newest: Sort = { preparedAt: -1, _id: 1 };
    const number = idsOfNumber(numberOf(issue(7)));
    t.strictSame(
      {
        all: await find({}, newest),
        mine: await find({ assigneeId: employee(10), open: true }, newest),
        waiting: await find({ status: 'waiting' }, newest),
        changedLast: await find({}, { updatedAt: -1, _id: 1 }),
        byUrgency: await find({}, { urgency: -1, preparedAt: -1, _id: 1 }),
        urgent: await find({ urgency: 3 }, newest),
        ofOneHour: await find({ preparedAt: { $gte: minute(60), $lt: minute(120) } }, newest),
        tag: await find({ tags: 'toner' }),
        text: await find({ ...wordsFilter('Scan') }),
        textOfTwo: await find({ ...wordsFilter('scanner name400') }),
        numberOfIssue: await find({ issueId: { $gte: number?.first, $lte: number?.last } }),
      },
      {
        all: ['by_prepared', 25],
        mine: ['by_assignee', 20],
        waiting: ['by_status', 25],
        changedLast: ['by_updated', 25],
        byUrgency: ['by_urgency', 25],
        urgent: ['by_urgency', 10],
        ofOneHour: ['by_prepared', 25],
        tag: ['by_tag', 20],
        text: ['by_word', 5],
        textOfTwo: ['by_word', 1],
        numberOfIssue: ['by_issue', 1],
      },
    );
  });

  await t.test('figures of tickets', async (t) => {
    const find = await filled(TICKET_METRICS, (index) => ({
      preparedAt: minute(index),
      lastResolvedAt: index % 4 === 0 ? minute(index + 30) : null,
      rounds: [{ openedAt: minute(index), settledAt: minute(index + 30), outcome: 'resolved' as const }],
    }));
    const range = { $gte: minute(1000), $lt: minute(1020) };
    const before = { $gte: minute(970), $lt: minute(990) };
    t.strictSame(
      {
        prepared: await find({ preparedAt: before }, { preparedAt: -1, _id: 1 }),
        resolved: await find({ lastResolvedAt: range }, { lastResolvedAt: -1, _id: 1 }),
        settled: await find({
          'rounds.settledAt': { $gte: range.$gte },
          rounds: { $elemMatch: { settledAt: range } },
        }),
      },
      { prepared: ['by_prepared', 20], resolved: ['by_resolved', 5], settled: ['by_settled', 20] },
    );
  });

  await t.test('issues', async (t) => {
    const find = await filled(ISSUES, (index) => ({
      addressHash: `hash${index % 100}`,
      reportedAt: minute(index),
    }));
    t.strictSame(
      {
        ofAnAddress: await find({ addressHash: 'hash7' }, { reportedAt: -1, _id: 1 }),
        all: await find({}, { reportedAt: -1, _id: 1 }),
      },
      { ofAnAddress: ['by_address', 10], all: ['by_reported', 25] },
    );
  });

  await t.test('failed messages', async (t) => {
    const find = await filled(FAILED_MESSAGES, (index) => ({
      group: index % 10 === 0 ? 'customer.inbox' : 'customer.notifications',
      state: index % 4 === 0 ? ('waiting' as const) : ('recovered' as const),
      replay: index % 100 === 0 ? 'a-batch' : null,
      stream: `issue-${index}`,
      correlationId: `conversation-${index}`,
      firstFailedAt: minute(index),
      lastFailedAt: minute(index),
      stateSince: minute(2 * index),
      searchText: index % 20 === 0 ? 'error: the template is missing' : 'error: refused',
    }));
    const newest: Sort = { lastFailedAt: -1, _id: 1 };
    const group = 'customer.inbox';
    const hour = { $gte: minute(120), $lt: minute(140) };
    t.strictSame(
      {
        waiting: await find({ state: 'waiting' }, newest),
        ofAGroup: await find({ group, state: 'waiting' }, newest),
        withText: await find({ group, state: 'waiting', searchText: /template/ }, newest),
        failedInAnHour: await find({ firstFailedAt: hour }, { firstFailedAt: -1, _id: 1 }),
        failedOfAGroup: await find({ group, firstFailedAt: hour }, { firstFailedAt: -1, _id: 1 }),
        recovered: await find({ state: 'recovered', stateSince: hour }, { stateSince: -1, _id: 1 }),
        ofAReplay: await find({ replay: 'a-batch' }),
        ofAStream: await find({ stream: 'issue-8' }),
        ofAConversation: await find({ correlationId: 'conversation-8' }),
      },
      {
        waiting: ['by_state', 25],
        ofAGroup: ['by_group', 25],
        withText: ['by_group', 25],
        failedInAnHour: ['by_first_failure', 20],
        failedOfAGroup: ['by_first_failure', 2],
        recovered: ['by_change', 7],
        ofAReplay: ['by_replay', 10],
        ofAStream: ['by_stream', 1],
        ofAConversation: ['by_correlation', 1],
      },
    );
  });
});
