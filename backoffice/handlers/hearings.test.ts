import t from 'tap';
import { agreedHearings, hearingsOf } from '../../shared-contracts/runtime/testing/hearing.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { assignments } from './assignments.ts';
import { control } from './control.ts';
import { inbox } from './inbox.ts';
import { integration } from './integration.ts';

t.test('each group handles every event that it hears, unless the contracts say otherwise', async (t) => {
  const groups = [
    inbox(neverCalled('the store')),
    integration(neverCalled('the store'), neverCalled('the publisher')),
    assignments(neverCalled('the store')),
    control(neverCalled('the store'), ''),
  ];
  t.strictSame(hearingsOf(groups), agreedHearings('backoffice'));
});
