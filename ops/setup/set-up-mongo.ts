import { type MongoClient, MongoServerError } from 'mongodb';
import type { UserPlan } from './access-plan.ts';

const EXISTS = 51_003;

/** Makes the user in the database of the read models, or gives the one that is there this password and role. */
export async function ensureMongoUser(
  client: MongoClient,
  { name }: UserPlan,
  role: 'readWrite' | 'read',
  password: string,
): Promise<void> {
  const db = client.db();
  const roles = [{ role, db: db.databaseName }];
  try {
    await db.command({ createUser: name, pwd: password, roles });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== EXISTS) throw error;
    await db.command({ updateUser: name, pwd: password, roles });
  }
}
