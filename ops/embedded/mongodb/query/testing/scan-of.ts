import type { Collection, Document, Filter, Sort } from 'mongodb';

/** The scan that a plan comes down to: the name of its index, or the whole collection. */
export async function scanOf<T extends Document>(
  collection: Collection<T>,
  filter: Filter<T>,
  sort: Sort = {},
  limit = 0,
): Promise<string> {
  const plan = await collection.find(filter).sort(sort).limit(limit).explain('queryPlanner');
  const stages: string[] = [];
  for (let stage = plan.queryPlanner.winningPlan; stage; stage = stage.inputStage ?? stage.inputStages?.[0]) {
    stages.push(stage.indexName ?? stage.stage);
  }
  return stages.filter((stage) => !['FETCH', 'LIMIT'].includes(stage)).join(' < ');
}
