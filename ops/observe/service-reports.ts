// What the services say of themselves: `/health/ready` of each, and in it how each of their groups is.
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { ServiceName } from '../../shared-contracts/messages/names.ts';
import type { InnerUrls } from '../../shared-contracts/runtime/settings.ts';

const Ready = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Array(
    Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) }),
  ),
});

export type ServiceReport = {
  readonly service: ServiceName;
  readonly url: string;
  /** Undefined where it did not answer, or not as a service of ours does. */
  readonly checks: Static<typeof Ready>['checks'] | undefined;
  readonly tookMs: number;
};

const ANSWER_LIMIT_MS = 3000;
const MOST_BYTES = 100_000;

/** Asks every service; one that runs several times is asked where its site is reached. */
export function readServiceReports(urls: InnerUrls): Promise<readonly ServiceReport[]> {
  const addresses: readonly (readonly [ServiceName, string])[] = [
    ['customer', urls.customer],
    ['backoffice', urls.backoffice],
    ['projections', urls.analysts],
  ];
  return Promise.all(addresses.map(([service, url]) => report(service, url)));
}

async function report(service: ServiceName, url: string): Promise<ServiceReport> {
  const begun = performance.now();
  const checks = await ask(url).catch(() => undefined);
  return { service, url, checks, tookMs: performance.now() - begun };
}

async function ask(url: string): Promise<ServiceReport['checks']> {
  const answer = await fetch(new URL('/health/ready', url), {
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    headers: { accept: 'application/json' },
  });
  const text = await answer.text();
  const said: unknown = text.length > MOST_BYTES ? undefined : JSON.parse(text);
  return Check(Ready, said) ? said.checks : undefined;
}

/** What a service says of one of its groups: undefined where all is well, or where it says nothing. */
export function saidOfGroup(reports: readonly ServiceReport[], group: string): string | undefined {
  for (const { checks } of reports) {
    const check = checks?.find(({ name }) => name === `group ${group}`);
    if (check !== undefined && !check.ok) return check.detail ?? 'not ready';
  }
  return undefined;
}
