import t from 'tap';
import { agreedHearings, hearingsOf } from '../../shared-contracts/runtime/testing/hearing.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { addresses } from './addresses.ts';
import { control } from './control.ts';
import { inbox } from './inbox.ts';
import { integration } from './integration.ts';
import { links } from './links.ts';
import { notifications } from './notifications.ts';

t.test('each group handles every event that it hears, unless the contracts say otherwise', async (t) => {
  const groups = [
    notifications({
      store: neverCalled('the store'),
      mailer: neverCalled('the mailer'),
      unrecorded: neverCalled('the mails'),
      template: () => ({ text: '', html: '' }),
      trackingLinks: neverCalled('the links'),
      failFirstMail: false,
    }),
    integration(neverCalled('the publisher')),
    inbox(neverCalled('the store')),
    addresses(neverCalled('the store')),
    links({
      store: neverCalled('the store'),
      mailer: neverCalled('the mailer'),
      unrecorded: neverCalled('the mails'),
      template: () => ({ text: '', html: '' }),
      trackingLinks: neverCalled('the links'),
    }),
    control({
      store: neverCalled('the store'),
      settings: neverCalled('the settings'),
      stop: new AbortController().signal,
      settleMs: 0,
    }),
  ];
  t.strictSame(hearingsOf(groups), agreedHearings('customer'));
});
