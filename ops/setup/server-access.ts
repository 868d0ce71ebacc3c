// The URL of a server as text, since those of EventStoreDB and MongoDB may name several hosts, which no URL parser takes.

type Parts = { readonly scheme: string; readonly user: string; readonly rest: string };

function partsOf(url: string): Parts {
  const [, scheme = '', , user = '', rest = ''] = /^([a-z0-9+]+:\/\/)(([^@/?#]*)@)?(.*)$/i.exec(url) ?? [];
  return { scheme, user, rest };
}

/** Whether the URL says who connects. */
export function hasUser(url: string): boolean {
  return partsOf(url).user.includes(':');
}

/** The same server for another user. */
export function urlFor(url: string, user: string, password: string): string {
  const { scheme, rest } = partsOf(url);
  return `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@${rest}`;
}

/** The password in a server's URL, decoded; undefined where there is none. */
export function passwordIn(url: string): string | undefined {
  const password = partsOf(url).user.split(':')[1];
  return password === undefined ? undefined : decodeURIComponent(password);
}

/** The same server with nobody's name: to be shown. */
export function withoutUser(url: string): string {
  const { scheme, rest } = partsOf(url);
  return `${scheme}${rest}`;
}
