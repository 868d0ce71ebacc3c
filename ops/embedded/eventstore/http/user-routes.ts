import { Type } from 'typebox';
import Value from 'typebox/value';
import type { Guard } from '../access/access.ts';
import type { User, UserChange, Users } from '../access/users.ts';
import { isRead } from './node-routes.ts';
import type { Answer, Request, Route } from './router.ts';

const NewUser = Type.Object({
  loginName: Type.String({ pattern: '^[\\w.@-]{1,100}$' }),
  fullName: Type.Optional(Type.String({ maxLength: 200 })),
  groups: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
  password: Type.String({ minLength: 1, maxLength: 1000 }),
});
const Details = Type.Omit(NewUser, ['loginName', 'password']);
const NewPassword = Type.Object({ newPassword: Type.String({ minLength: 1, maxLength: 1000 }) });

/** `/users`, as the real server has it with TLS: for administrators. Without TLS there is no management of users (404). */
export function userRoutes(users: Users | undefined, guard: Guard): Route {
  return async (request) => {
    const [first, login, command, action, ...rest] = request.path;
    if (first !== 'users') return undefined;
    if (users === undefined || rest.length > 0) return { status: 404 };
    guard.administer(request.principal);
    if (login === undefined) {
      if (isRead(request)) return { status: 200, body: { data: users.list(), ...succeeded(undefined) } };
      return request.method === 'POST' ? create(users, request) : undefined;
    }
    if (command === undefined) return one(users, login, request);
    if (command !== 'command' || request.method !== 'POST') return undefined;
    switch (action) {
      case 'enable':
      case 'disable':
        return change(users, login, { kind: 'disabled', disabled: action === 'disable' });
      case 'reset-password': {
        const body = await request.json();
        if (!Value.Check(NewPassword, body)) return invalid('newPassword is missing.');
        return change(users, login, { kind: 'password', password: body.newPassword });
      }
      default:
        return undefined;
    }
  };
}

async function create(users: Users, request: Request): Promise<Answer> {
  const body = await request.json();
  if (!Value.Check(NewUser, body)) return invalid('loginName and password are needed.');
  const { loginName, fullName = '', groups = [], password } = body;
  const isNew = await users.create({ loginName, fullName, groups }, password);
  if (!isNew) return { status: 409, body: failed(loginName, 'Conflict') };
  return {
    status: 201,
    headers: { location: `/users/${encodeURIComponent(loginName)}` },
    body: succeeded(loginName),
  };
}

async function one(users: Users, login: string, request: Request): Promise<Answer | undefined> {
  if (isRead(request)) {
    const user: User | undefined = users.get(login);
    if (user === undefined) return missing(login);
    return { status: 200, body: { data: user, ...succeeded(undefined) } };
  }
  if (request.method === 'DELETE') {
    return (await users.delete(login)) ? { status: 200, body: succeeded(login) } : missing(login);
  }
  if (request.method !== 'PUT') return undefined;
  const body = await request.json();
  if (!Value.Check(Details, body)) return invalid('fullName and groups are needed.');
  return change(users, login, { kind: 'details', fullName: body.fullName ?? '', groups: body.groups ?? [] });
}

async function change(users: Users, login: string, wanted: UserChange): Promise<Answer> {
  return (await users.change(login, wanted)) ? { status: 200, body: succeeded(login) } : missing(login);
}

function succeeded(loginName: string | undefined) {
  return { ...(loginName === undefined ? {} : { loginName }), success: true, error: 'Success' };
}

function failed(loginName: string, error: string) {
  return { loginName, success: false, error };
}

function missing(login: string): Answer {
  return { status: 404, body: failed(login, 'NotFound') };
}

function invalid(reason: string): Answer {
  return { status: 400, body: reason };
}
