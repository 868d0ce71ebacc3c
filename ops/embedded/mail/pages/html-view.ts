/**
 * The policy that a mail's HTML is shown under: an origin of its own, no scripts, no forms, nothing loaded from
 * anywhere; its links open in a new tab.
 */
export const HTML_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** The HTML of a mail as a page for the sandboxed frame. It is not cleaned: the policy is what keeps it harmless. */
export function frame(html: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light"><base target="_blank"><style>body{font-family:system-ui,sans-serif}</style>${html}`;
}
