// Fetches the parts of the page marked data-live (each has an id) again when the server says that they have changed.
const MIN_INTERVAL_MS = 1000;

let stale = false;
let last = 0;
let scheduled = false;

const parts = () => [...document.querySelectorAll('[data-live][id]')];

/** What somebody has unfolded stays unfolded. */
function keepOpen(part, next) {
  for (const details of part.querySelectorAll('details[open][id]')) {
    const same = next.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
}

async function refresh() {
  scheduled = false;
  // Where the focus is inside a part nobody shall lose their place: it is fetched when the focus has left.
  if (!stale || document.hidden || parts().some((part) => part.contains(document.activeElement))) return;
  stale = false;
  last = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of parts()) {
      const next = answer.ok && fresh.getElementById(part.id);
      if (!next) continue;
      keepOpen(part, next);
      if (next.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(next));
    }
  } catch {
    stale = true;
  }
}

function schedule() {
  if (!stale || scheduled) return;
  scheduled = true;
  setTimeout(refresh, Math.max(0, last + MIN_INTERVAL_MS - Date.now()));
}

/** A link to a part that can be unfolded unfolds it. */
function unfoldTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.localName === 'details') target.open = true;
}

unfoldTarget();
window.addEventListener('hashchange', unfoldTarget);

if (parts().length > 0 && 'EventSource' in window) {
  const source = new EventSource('/live');
  const changed = () => {
    stale = true;
    schedule();
  };
  source.addEventListener('changed', changed);
  source.addEventListener('error', () => {
    stale = true;
  });
  source.addEventListener('open', schedule);
  document.addEventListener('visibilitychange', schedule);
  document.addEventListener('focusout', schedule);
}
