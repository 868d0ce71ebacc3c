import { timingSafeEqual } from 'node:crypto';
import { tokenFor } from '../shared-contracts/runtime/secrets.ts';

/** Links to the tracking page of an issue. The token is made from a key and the issue's id, so nothing stores it. */
export type TrackingLinks = {
  /** Path on the customer site. */
  path(issueId: string): string;
  /** Whole address, for mails. */
  url(issueId: string): string;
  /** Whether the token is the one of this issue; takes the same time for every wrong one. */
  opens(issueId: string, token: string): boolean;
};

/** @param siteUrl address of the customers' site, without a slash at its end */
export function createTrackingLinks(key: Uint8Array, siteUrl: string): TrackingLinks {
  const path = (issueId: string) => `/issues/${issueId}/${tokenFor(key, issueId)}`;
  return {
    path,
    url: (issueId) => `${siteUrl}${path(issueId)}`,
    opens: (issueId, token) => {
      const given = Buffer.from(token);
      const right = Buffer.from(tokenFor(key, issueId));
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
