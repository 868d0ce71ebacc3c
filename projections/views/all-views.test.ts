import t from 'tap';
import { READ_MODELS } from '../../shared-contracts/documents/all-read-models.ts';
import type { PlainDocument } from '../../shared-contracts/documents/read-model.ts';
import type { AnyMessage } from '../../shared-contracts/messages/define-message.ts';
import { ALL_VIEWS } from './all-views.ts';
import { NOW } from './testing/view-table.ts';
import type { AnyView } from './view.ts';

t.test('every read model that is described has its view, and a group of its own', async (t) => {
  t.strictSame(ALL_VIEWS.map(({ model }) => model.name).sort(), READ_MODELS.map(({ name }) => name).sort());
  t.equal(new Set(ALL_VIEWS.map(({ group }) => group.name)).size, ALL_VIEWS.length);
});

/** What a view makes of the examples of its events, after each of them; those of erased people for `erased`. */
function documentsOf(view: AnyView, erased: boolean): readonly PlainDocument[] {
  const documents: PlainDocument[] = [];
  for (const [revision, { type, example, personal }] of view.events.entries()) {
    // Where a text may be missing, the example may lack it, which is what the test is about.
    const clear = { ...example, ...('text' in example ? { text: 'Something.' } : {}) };
    const event: AnyMessage = {
      type,
      data: erased ? personal.replaceIn(clear, () => '[erased]') : clear,
    };
    if (!view.isEvent(event)) throw new Error(`${view.model.name} does not hear ${type}.`);
    const facts = { id: 'a', stream: 'a', revision, eventId: 'b', actor: 'employee', occurredAt: NOW };
    documents.push(view.apply(documents.at(-1), event, facts) ?? { _id: 'none', revision });
  }
  return documents;
}

for (const view of ALL_VIEWS) {
  t.test(`${view.model.name} names every field that is made of personal data`, async (t) => {
    const erased = documentsOf(view, true);
    const differing = documentsOf(view, false).flatMap((document, index) =>
      Object.keys(document).filter(
        (field) => JSON.stringify(document[field]) !== JSON.stringify(erased[index]?.[field]),
      ),
    );
    t.strictSame([...new Set(differing)].sort(), view.model.personal.toSorted());
  });
}
