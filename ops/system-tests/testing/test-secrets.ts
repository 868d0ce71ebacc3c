import { createHash } from 'node:crypto';
import type { Secrets } from '../../../shared-contracts/runtime/secrets.ts';

/** Keys for tests: one for each purpose, the same everywhere. */
export const TEST_SECRETS: Secrets = {
  key: (purpose) => new Uint8Array(createHash('sha256').update(purpose).digest()),
};
