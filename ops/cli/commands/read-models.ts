import { readOperations } from '../../../shared-contracts/runtime/operations/control-stream.ts';
import { progressSince } from '../../../shared-contracts/runtime/operations/operation-progress.ts';
import { freshnessOf } from '../../../shared-contracts/runtime/read-models/freshness.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import type { Options } from '../options.ts';
import { progressText } from '../see-operation-through.ts';

/** Every read model: where its documents are, how many, how fresh, and whether it is being rebuilt. */
export async function readModels(deps: CommandDeps, options: Options): Promise<number> {
  const { store } = deps;
  const models = deps.readModels();
  const operations = await readOperations(store, 'projections');
  for (const entry of await models.registered()) {
    const documents = await models.db.collection(entry.collection).estimatedDocumentCount();
    const { position, ageMs } = await freshnessOf(store, models.db, entry);
    const operation = operations.get(entry.building?.operationId ?? '');
    const progress = operation === undefined ? undefined : progressSince(operation, operation.done, 0);
    const building = entry.building === null ? null : { ...entry.building, ...progress };
    const state = [
      `${documents} documents in ${entry.collection}`,
      ageMs === 0 ? 'up to date' : `${(ageMs / 1000).toFixed(1)} s behind`,
      ...(entry.lostAt === null ? [] : ['incomplete until it is rebuilt']),
      ...(progress === undefined ? [] : [`being rebuilt: ${progressText(progress)}`]),
    ];
    show(
      deps,
      options,
      {
        model: entry._id,
        collection: entry.collection,
        documents,
        position,
        ageMs,
        lostAt: entry.lostAt,
        building,
      },
      `${entry._id.padEnd(18)} ${state.join(', ')}`,
    );
  }
  return EXIT.done;
}
