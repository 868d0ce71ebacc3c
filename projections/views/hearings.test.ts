import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { agreedHearings, hearingsOf } from '../../shared-contracts/runtime/testing/hearing.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { followView } from '../runner/follow-view.ts';
import { ALL_VIEWS } from './all-views.ts';

t.test('each view hears every event of its streams, unless the contracts say otherwise', async (t) => {
  const store = neverCalled<EventStore>('the store');
  const readModels = neverCalled<ReadModels>('the read models');
  const views = ALL_VIEWS.filter(({ kind }) => kind === 'one-per-stream');
  const groups = views.map((view) => followView(view, store, readModels));
  t.strictSame(
    hearingsOf(groups),
    agreedHearings('projections').filter(({ group }) => views.some((view) => view.group.name === group)),
  );
});
