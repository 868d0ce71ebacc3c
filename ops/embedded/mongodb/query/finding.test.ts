import type { Document } from 'mongodb';
import t from 'tap';
import { refusal, startTestNode } from '../testing/start-node.ts';
import { fillTickets } from '../testing/tickets.ts';

t.test('counts and distinct values', async (t) => {
  const { db } = await startTestNode(t);
  await fillTickets(db);
  const tickets = db.collection('tickets');
  t.same(
    [
      await tickets.countDocuments({ state: 'open' }),
      await tickets.countDocuments({ state: 'open' }, { skip: 1, limit: 5 }),
      await tickets.estimatedDocumentCount(),
      await tickets.distinct('tags'),
      await tickets.distinct('minutes', { team: 'b' }),
      await tickets.distinct('nothing'),
    ],
    [3, 2, 4, ['x', 'y'], [null, 20], []],
  );
});

t.test('projections of a find', async (t) => {
  const { db } = await startTestNode(t);
  await fillTickets(db);
  const tickets = db.collection<Document & { _id: number }>('tickets');
  const project = async (projection: Document, filter: Document = { _id: 1 }) =>
    tickets.findOne(filter, { projection });
  t.same(
    [
      await project({ team: 1 }),
      await project({ _id: 0, team: 1, 'none.such': 1 }),
      await project({ tags: 0, at: 0, who: 0, minutes: 0 }),
      await project({ tags: { $slice: -1 }, team: 1 }),
      await project({ _id: 0, tags: { $elemMatch: { $gt: 'x' } } }),
      await project({ _id: 0, 'tags.$': 1 }, { tags: 'y' }),
      await project({ double: { $multiply: ['$minutes', 2] } }),
    ],
    [
      { _id: 1, team: 'a' },
      { team: 'a' },
      { _id: 1, team: 'a', state: 'open' },
      { _id: 1, team: 'a', tags: ['y'] },
      { tags: ['y'] },
      { tags: ['y'] },
      { _id: 1, double: 20 },
    ],
  );
  t.same(await refusal(project({ a: 1, b: 0 })), { code: 31254, codeName: 'Location31254' });
});
