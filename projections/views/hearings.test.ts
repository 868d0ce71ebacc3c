import t from 'tap';
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { operations } from '../../shared-contracts/runtime/operations/run-operations.ts';
import { agreedHearings, hearingsOf } from '../../shared-contracts/runtime/testing/hearing.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { type FollowDeps, followView } from '../runner/follow-view.ts';
import { ALL_VIEWS } from './all-views.ts';

t.test('each view hears every event of its streams, unless the contracts say otherwise', async (t) => {
  const deps = neverCalled<FollowDeps>('what views are kept with');
  const store = neverCalled<EventStore>('the store');
  const groups = [
    ...ALL_VIEWS.map((view) => followView(view, deps)),
    operations(store, GROUPS.projectionsControl, {}),
  ];
  t.strictSame(hearingsOf(groups), agreedHearings('projections'));
});
