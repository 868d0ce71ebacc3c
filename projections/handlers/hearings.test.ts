import t from 'tap';
import { agreedHearings, hearingsOf } from '../../shared-contracts/runtime/testing/hearing.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { ALL_VIEWS } from '../views/all-views.ts';
import { control } from './control.ts';
import { type FollowDeps, followView } from './follow-view.ts';

t.test('each group handles every event that it hears, unless the contracts say otherwise', async (t) => {
  const deps = neverCalled<FollowDeps>('what views are kept with');
  const groups = [
    ...ALL_VIEWS.map((view) => followView(view, deps)),
    control({
      store: neverCalled('the store'),
      db: neverCalled('the database'),
      registry: neverCalled('the registry'),
      views: ALL_VIEWS,
      stop: new AbortController().signal,
    }),
  ];
  t.strictSame(hearingsOf(groups), agreedHearings('projections'));
});
