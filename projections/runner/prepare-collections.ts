import {
  collectionName,
  POINTERS,
  type ReadModelPointer,
} from '../../shared-contracts/documents/read-model.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import type { IndexedModel } from '../views/view.ts';

/** Makes sure that every read model has its pointer and its indexes; harmless at every further start. */
export async function prepareCollections({ db }: ReadModels, models: readonly IndexedModel[]): Promise<void> {
  const pointers = db.collection<ReadModelPointer>(POINTERS);
  for (const model of models) {
    const collection = collectionName(model);
    await pointers.updateOne({ _id: model.name }, { $setOnInsert: { collection } }, { upsert: true });
    for (const { keys, options } of model.indexes) await db.collection(collection).createIndex(keys, options);
  }
}
