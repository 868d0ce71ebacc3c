import { isOutage } from './outage.ts';
import { redact } from './redact.ts';
import { SettingError } from './setting-error.ts';

/** Why a service did not start, for who reads its output, without what is secret in it. */
export function startFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${error.port} is taken. Stop what uses it, or set another with DESKSTREAM_*_PORT.`;
  }
  // What is wrong with a setting is for whoever set it, with the example that it gives.
  if (error instanceof SettingError) return error.message;
  const said = redact(error.message);
  if (!error.name.startsWith('Mongo')) return said;
  if (isOutage(error))
    return `MongoDB does not answer (${said}). Look whether it runs, and whether MONGO_URL leads to it.`;
  const isRefused = 'codeName' in error && error.codeName === 'AuthenticationFailed';
  return isRefused ? 'MongoDB does not know the user of MONGO_URL with this password.' : said;
}
