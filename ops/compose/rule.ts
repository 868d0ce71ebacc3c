import type { Compose, ComposeService } from './read-compose.ts';

/** The texts that belong together: the compose file, and what it hands to its containers. */
export type ComposeFiles = {
  readonly compose: Compose;
  readonly dockerfile: string;
  /** Scripts and configurations in which servers are named. */
  readonly others: Readonly<Record<string, string>>;
};

/** A sentence for everything that is not as it should be. */
export type Rule = (files: ComposeFiles) => readonly string[];

export function sharesProfile(left: ComposeService, right: ComposeService): boolean {
  return left.profiles.some((profile) => right.profiles.includes(profile));
}

/** The host and the port of a URL; of what is none, an empty host. */
export function addressIn(url: string): { readonly host: string; readonly port: number | undefined } {
  const [, host = '', port] = /^\w+:\/\/([^/:]+):(\d+)/.exec(url) ?? [];
  return { host, port: port === undefined ? undefined : Number(port) };
}
