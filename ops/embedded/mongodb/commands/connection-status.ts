import { flag, type Handler, onlyFields } from './command.ts';

/** Nobody signs in here. */
export const connectionStatus: Handler = (call) => {
  onlyFields(call, 'showPrivileges');
  const privileges = flag(call.body, 'showPrivileges') ? { authenticatedUserPrivileges: [] } : {};
  return { authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], ...privileges } };
};
