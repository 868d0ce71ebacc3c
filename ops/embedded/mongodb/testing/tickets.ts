import type { Db, Document } from 'mongodb';

/** A few documents to ask about. */
export const TICKETS = [
  {
    _id: 1,
    team: 'a',
    state: 'open',
    minutes: 10,
    tags: ['x', 'y'],
    who: 'ann',
    at: new Date('2024-01-01T10:00:00Z'),
  },
  {
    _id: 2,
    team: 'a',
    state: 'done',
    minutes: 30,
    tags: ['y'],
    who: 'bob',
    at: new Date('2024-01-01T23:00:00Z'),
  },
  {
    _id: 3,
    team: 'b',
    state: 'open',
    minutes: 20,
    tags: [],
    who: 'ann',
    at: new Date('2024-01-02T01:00:00Z'),
  },
  { _id: 4, team: 'b', state: 'open', minutes: null, who: 'cid', at: new Date('2024-01-03T01:00:00Z') },
];

/** Puts the tickets into their collection, and some of the people whom they name into another. */
export async function fillTickets(db: Db): Promise<void> {
  await db.collection<Document & { _id: number }>('tickets').insertMany(TICKETS);
  await db.collection<Document & { _id: string }>('people').insertMany([
    { _id: 'ann', name: 'Ann' },
    { _id: 'bob', name: 'Bob' },
  ]);
}
