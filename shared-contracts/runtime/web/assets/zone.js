// Tells the server the reader's time zone, so that the next page can show times in it.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const secure = location.protocol === 'https:' ? '; secure' : '';
// biome-ignore lint/suspicious/noDocumentCookie: the cookie store is missing in some browsers
if (zone) document.cookie = `tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${secure}`;
