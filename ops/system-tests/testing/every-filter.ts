import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { AGENTS } from './generated-tickets.ts';

/** Every filter of tickets with each of its kinds of value, alone or with another, as queries. */
export function* everyFilter(): Generator<Record<string, string>> {
  const values: Readonly<Record<string, readonly string[]>> = {
    kind: ['question', 'problem', 'request'],
    priority: ['low', 'normal', 'high', 'urgent'],
    agent: ['nobody', ...AGENTS, deterministicId('agent', 'unknown')],
    tag: ['printer', 'network', 'unknown'],
    status: ['prepared', 'assigned', 'in-progress', 'waiting', 'resolved', 'cancelled'],
    stage: ['assigned', 'resolved', 'stayed', 'reopened'],
    helped: ['yes', 'no', 'any'],
    open: ['yes', 'no'],
    replyFrom: ['0', '900000'],
    replyBelow: ['0', '900000'],
    resolutionFrom: ['7200000'],
    resolutionBelow: ['7200000'],
    resolvedFrom: ['2026-10-12'],
    resolvedTo: ['2026-10-15'],
    backlogOn: ['2026-09-30', '2026-10-12', '2020-01-01'],
  };
  const all = Object.entries(values).flatMap(([name, of]) => of.map((value) => ({ [name]: value })));
  for (const [index, one] of all.entries()) {
    yield index % 2 === 0 ? one : { ...all[(index * 7 + 3) % all.length], ...one };
  }
  yield { resolvedFrom: '2026-10-12', resolvedTo: '2026-10-12' };
  yield { replyFrom: '300000', replyBelow: '900000' };
}
