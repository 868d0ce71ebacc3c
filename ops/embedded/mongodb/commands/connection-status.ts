import type { Handler } from './command.ts';

/** Nobody signs in here. */
export const connectionStatus: Handler = () => ({
  authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] },
});
