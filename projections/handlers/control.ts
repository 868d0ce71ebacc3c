// projections.control: what operators ask of the projections service: to rebuild read models, and its part of an erasure.
import { GROUPS } from '../../shared-contracts/messages/names.ts';
import type { SubscriptionGroup } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { operations } from '../../shared-contracts/runtime/operations/run-operations.ts';
import { type EraseDeps, eraseOperation } from '../erasure/erase-documents.ts';
import { type RebuildDeps, rebuildOperation } from '../runner/rebuild/rebuild.ts';

export function control(deps: RebuildDeps & EraseDeps): SubscriptionGroup {
  return operations(deps.store, GROUPS.projectionsControl, {
    rebuild: rebuildOperation(deps),
    erase: eraseOperation(deps),
  });
}
