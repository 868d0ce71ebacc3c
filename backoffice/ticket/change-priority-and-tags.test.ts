import t from 'tap';
import { LIMITS } from '../../shared-contracts/messages/fields.ts';
import { given } from '../../shared-contracts/runtime/testing/given.ts';
import { commandId, histories, ticketId } from './testing/histories.ts';
import type { TicketCommand } from './ticket-commands.ts';
import { ticketDecider } from './ticket-decider.ts';

const ids = { commandId, ticketId } as const;

t.test('a ticket is normal until somebody says otherwise', async () => {
  given(ticketDecider, ...histories.prepared)
    .when({ type: 'ChangePriority', ...ids, priority: 'urgent' })
    .gives({ type: 'TicketPriorityChanged', data: { ticketId, priority: 'urgent' } });
  given(ticketDecider, ...histories.prepared)
    .when({ type: 'ChangePriority', ...ids, priority: 'normal' })
    .changesNothing();
});

t.test('tags are put on and taken off, each once', async () => {
  const tagged = { type: 'TicketTagged', data: { ticketId, tag: 'printer' } } as const;
  const add: TicketCommand = { type: 'AddTag', ...ids, tag: 'printer' };
  const remove: TicketCommand = { type: 'RemoveTag', ...ids, tag: 'printer' };
  given(ticketDecider, ...histories.prepared)
    .when(add)
    .gives(tagged);
  given(ticketDecider, ...histories.prepared, tagged)
    .when(add)
    .changesNothing();
  given(ticketDecider, ...histories.prepared, tagged)
    .when(remove)
    .gives({ type: 'TicketUntagged', data: { ticketId, tag: 'printer' } });
  given(ticketDecider, ...histories.prepared)
    .when(remove)
    .changesNothing();
});

t.test('taking one tag off leaves the others', async () => {
  const tagged = (tag: string) => ({ type: 'TicketTagged', data: { ticketId, tag } }) as const;
  const untagged = { type: 'TicketUntagged', data: { ticketId, tag: 'printer' } } as const;
  const history = [...histories.prepared, tagged('printer'), tagged('urgent'), untagged];
  given(ticketDecider, ...history)
    .when({ type: 'AddTag', ...ids, tag: 'urgent' })
    .changesNothing();
  given(ticketDecider, ...history)
    .when({ type: 'AddTag', ...ids, tag: 'printer' })
    .gives(tagged('printer'));
});

t.test('there is a limit to the tags of one ticket', async () => {
  const full = Array.from({ length: LIMITS.tags }, (_, index) => ({
    type: 'TicketTagged' as const,
    data: { ticketId, tag: `tag-${index}` },
  }));
  given(ticketDecider, ...histories.prepared, ...full)
    .when({ type: 'AddTag', ...ids, tag: 'printer' })
    .rejects('too-many-tags', 'A ticket has 20 tags at most. Take one off first.');
});
