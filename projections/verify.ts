// `npm run ops -- verify` runs this, since what documents should be is known here: holds all read models, or those that are
// named, against their streams. With `--json` each difference and each sum is one object a line. Exit codes: 0 no
// difference; 1 a difference, or it could not be found out; 2 there is no such read model.
import { openEventStore } from '../shared-contracts/runtime/event-store/open-event-store.ts';
import { plural } from '../shared-contracts/runtime/plural.ts';
import { createReadModels } from '../shared-contracts/runtime/read-models/read-models.ts';
import { loadSecrets } from '../shared-contracts/runtime/secrets.ts';
import { readSettings } from '../shared-contracts/runtime/settings.ts';
import { createRegistry } from './runner/collections/registry.ts';
import type { Difference } from './runner/verify/compare.ts';
import { verifyModel } from './runner/verify/verify.ts';
import { ALL_VIEWS } from './views/all-views.ts';

const json = process.argv.includes('--json');
const names = process.argv.slice(2).filter((name) => name !== '--json');
const views = ALL_VIEWS.filter(({ model }) => names.length === 0 || names.includes(model.name));

const print = (value: Readonly<Record<string, unknown>>, text: string) =>
  console.log(json ? JSON.stringify(value) : text);

function sentenceOf({ model, id, kind, fields, revision, expectedRevision }: Difference): string {
  const what = {
    missing: 'is missing',
    'too-many': 'is of no stream',
    behind: `is at revision ${revision}, its stream at ${expectedRevision}`,
    ahead: `is at revision ${revision}, its stream at ${expectedRevision}`,
    different: `is different in ${fields.join(', ')}`,
  }[kind];
  return `${model} ${id} ${what}`;
}

async function verify(): Promise<number> {
  const { eventStoreUrl, masterKeyFile, mongoUrl } = readSettings(process.env);
  const store = await openEventStore(eventStoreUrl, 'verify', await loadSecrets(masterKeyFile));
  const { db, close } = createReadModels(mongoUrl, 'verify');
  let differences = 0;
  try {
    for (const view of views) {
      const found = await verifyModel({ store, db, registry: createRegistry(db) }, view, (difference) =>
        print(difference, sentenceOf(difference)),
      );
      differences += found.differences;
      const { name } = view.model;
      print(
        { model: name, verified: true, ...found },
        `${name}: ${plural(found.documents, 'document')}, ${plural(found.differences, 'difference')}`,
      );
    }
  } finally {
    await close();
    await store.close();
  }
  return differences === 0 ? 0 : 1;
}

if (views.length < Math.max(1, names.length)) {
  console.error(`Name read models: ${ALL_VIEWS.map(({ model }) => model.name).join(', ')}.`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await verify();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
