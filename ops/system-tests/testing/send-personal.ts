import type { RunningSystem } from '../../start/system.ts';

/** Of somebody whom nothing else is known of; the name stands in nothing that a system writes by itself. */
export const ZOE = 'zoe.quill@personal.example';

/**
 * Sends what is personal or secret where a careless log or trace would repeat it: in paths that there are not, in queries,
 * headers, cookies and bodies, most of them wrong.
 *
 * @param tracking the address under which a customer follows an issue.
 */
export async function sendPersonal(urls: RunningSystem['urls'], tracking: string): Promise<void> {
  const secret = new URL(tracking).pathname;
  const token = secret.split('/').at(-1) ?? '';
  const { customer: customers, backoffice, console: operators } = urls;
  const cookie = `session=${ZOE}; deskstream-customer=${token}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded', cookie };
  const json = { 'content-type': 'application/json', cookie, accept: 'application/json' };
  const wrong = `email=${encodeURIComponent(ZOE)}&password=quill-password&text=Every+second+page`;
  for (const [url, init] of [
    [`${customers}${secret}x?email=${ZOE}`, { headers: { cookie, referer: tracking } }],
    [`${customers}${secret}/quill/${ZOE}`, {}],
    [`${customers}/%ff${ZOE}`, {}],
    [`${customers}/issues?email=${ZOE}`, { method: 'POST', headers: form, body: wrong }],
    [`${customers}/issues`, { method: 'POST', headers: json, body: `{"email":"${ZOE}` }],
    [`${backoffice}/sign-in?to=/tickets?q=${ZOE}`, { method: 'POST', headers: form, body: wrong }],
    [`${operators}/failed?view=list&q=${ZOE}`, { headers: { cookie } }],
  ] as const) {
    await (await fetch(url, { redirect: 'manual', ...init })).text();
  }
}
