// customer.control: what operators ask of the customer service, which is to erase customers.
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { operations } from '../../shared-contracts/runtime/operations/run-operations.ts';
import { type EraseDeps, eraseOperation } from '../erasure/erase-customer.ts';

export function control(deps: EraseDeps): SubscriptionGroup {
  return operations(deps.store, GROUPS.customerControl, { erase: eraseOperation(deps) });
}
