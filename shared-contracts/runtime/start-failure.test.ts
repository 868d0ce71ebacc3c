import { MongoNetworkError, MongoServerError } from 'mongodb';
import t from 'tap';
import { startFailure } from './start-failure.ts';

t.test('what keeps a service from starting is said with what to do', async (t) => {
  const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 3002 });
  const refused = { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'Authentication failed.' };
  t.strictSame(
    [
      taken,
      new MongoNetworkError('getaddrinfo ENOTFOUND mongo'),
      new MongoServerError(refused),
      new MongoServerError({ ok: 0, code: 13, errmsg: 'not authorized on desk' }),
      new Error('amqp://desk:hush@broker is broken'),
      'a word',
    ].map(startFailure),
    [
      'Port 3002 is taken. Stop what uses it, or set another with DESKSTREAM_*_PORT.',
      'MongoDB does not answer (getaddrinfo ENOTFOUND mongo). Look whether it runs, and whether MONGO_URL leads to it.',
      'MongoDB does not know the user of MONGO_URL with this password.',
      'not authorized on desk',
      'amqp://desk:<address> is broken',
      'a word',
    ],
  );
});
