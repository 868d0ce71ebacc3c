// GET and POST /sign-in, POST /sign-out: the same on every site, so that each works while the others are down.
import fastifyRateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import type { Accounts, SignInResult } from '../../accounts/accounts.ts';
import { PASSWORD_LENGTH } from '../../accounts/password-rules.ts';
import { plural } from '../../plural.ts';
import { type FormState, parseForm } from '../form.ts';
import { PageError } from '../page-error.ts';
import { returnPath } from './return-path.ts';
import type { Sessions } from './session.ts';

const SignInForm = Type.Object({
  email: Type.String({ maxLength: 254, errorMessage: 'Give your e-mail address.' }),
  password: Type.String({
    verbatim: true,
    maxLength: PASSWORD_LENGTH.most * 4,
    errorMessage: 'Give your password.',
  }),
  to: Type.Optional(Type.String({ maxLength: 2000 })),
});

const REFUSED =
  'This address and password do not fit. If you are sure of both, ask an administrator: an account can be deactivated, and a temporary password runs out.';

/** Sign-ins that one network address may try in a minute, on one site. Kept in memory. */
const TRIES_PER_ADDRESS = 30;

type Deps = { readonly accounts: Accounts; readonly sessions: Sessions };

export async function signInPages(app: FastifyInstance, { accounts, sessions }: Deps): Promise<void> {
  await app.register(fastifyRateLimit, {
    global: false,
    cache: 10_000,
    errorResponseBuilder: () =>
      new PageError(429, 'Too many sign-ins were tried from here. Wait a minute, then try again.', {
        code: 'too-many-sign-ins',
      }),
  });

  const show = async (reply: FastifyReply, to: string, form?: FormState) => {
    const noAdmin = !(await accounts.hasAdmin());
    reply.header('cache-control', 'no-store');
    return reply.sharedPage('sign-in', { title: 'Sign in', to, form, noAdmin });
  };

  app.get<{ Querystring: { to?: string } }>(
    '/sign-in',
    { config: { access: 'everybody' } },
    (request, reply) => {
      const to = returnPath(request.query.to);
      if (request.signedIn !== undefined) return reply.redirect(to, 303);
      return show(reply, to);
    },
  );

  const limited = { access: 'everybody', rateLimit: { max: TRIES_PER_ADDRESS, timeWindow: 60_000 } } as const;
  app.post('/sign-in', { config: limited }, async (request, reply) => {
    const form = parseForm(SignInForm, request.body);
    if (!form.ok) return show(reply.code(400), returnPath(form.values.to), form);
    const { email, password } = form.values;
    const to = returnPath(form.values.to);
    const result = await accounts.signIn(email, password);
    if (result.kind !== 'signed-in') {
      request.log.info({ outcome: result.kind }, 'sign-in refused');
      reply.code(result.kind === 'refused' ? 401 : 429);
      return show(reply, to, { values: { email }, errors: { _form: sentenceFor(result) } });
    }
    await sessions.begin(reply, result.signedIn);
    return reply.redirect(result.signedIn.mustChangePassword ? '/account' : to, 303);
  });

  app.post('/sign-out', { config: { access: 'everybody' } }, (_request, reply) => {
    sessions.end(reply);
    reply.forgetCsrf();
    return reply.flash('done', 'You are signed out.').redirect('/sign-in', 303);
  });
}

/** What is said where no password was accepted. */
export function sentenceFor(result: Exclude<SignInResult, { kind: 'signed-in' }>): string {
  if (result.kind === 'refused') return REFUSED;
  const seconds = Math.ceil(result.waitMs / 1000);
  const wait = seconds < 90 ? plural(seconds, 'second') : plural(Math.ceil(seconds / 60), 'minute');
  return `There were too many tries with this address. Wait ${wait}, then try again.`;
}
