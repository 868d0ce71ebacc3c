// Fetches the parts of the page marked data-live (each has an id) again when the server says that they have changed.
const parts = () => document.querySelectorAll('[data-live][id]');

let stale = false;
let busy = false;

async function refresh() {
  stale = true;
  if (busy || document.hidden) return;
  // A part that holds the focus is left alone, so that nobody loses their place.
  if ([...parts()].some((part) => part.contains(document.activeElement))) return;
  busy = true;
  stale = false;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of parts()) {
      const next = fresh.getElementById(part.id);
      if (next && next.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(next));
    }
  } catch {
    stale = true;
  } finally {
    busy = false;
  }
}

if (parts().length > 0 && 'EventSource' in window) {
  const source = new EventSource('/live');
  source.addEventListener('changed', refresh);
  source.addEventListener('error', () => {
    stale = true;
  });
  source.addEventListener('open', () => stale && refresh());
  document.addEventListener('visibilitychange', () => stale && refresh());
  document.addEventListener('focusout', () => stale && setTimeout(refresh, 0));
}
