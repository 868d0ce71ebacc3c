import { type Db, MongoClient } from 'mongodb';
import { temporaryFolder } from '../../shared/testing/temporary-folder.ts';
import { type MongodbNodeOptions, startMongodbNode } from '../node.ts';

/** What the helper needs of a tap test. */
type Test = { teardown(task: () => Promise<unknown>): void };

/** A node with a client of the official driver, both closed when the test is over. */
export async function startTestNode(
  t: Test,
  options: Partial<MongodbNodeOptions> = {},
): Promise<{ client: MongoClient; db: Db; url: string }> {
  const node = await startMongodbNode({ dataDir: await temporaryFolder(t), port: 0, ...options });
  const url = `mongodb://127.0.0.1:${node.ports.mongodb}`;
  const client = await MongoClient.connect(url);
  t.teardown(async () => {
    await client.close();
    await node.close();
  });
  return { client, db: client.db('test'), url };
}

/** The parts of a server's refusal that programs look at. */
export async function refusal(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error ? error.code : undefined;
    const codeName = 'codeName' in error ? error.codeName : undefined;
    return codeName === undefined ? { code } : { code, codeName };
  }
  return 'was not refused';
}
