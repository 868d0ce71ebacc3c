// Fetches the parts of the page marked data-live (each has an id) again when the server says that they have changed.
const MIN_INTERVAL_MS = 700;

let stale = false;
let last = 0;
let scheduled = false;

const parts = () => [...document.querySelectorAll('[data-live][id]')];

/** Whether somebody is at work in this part: a field has the focus, or holds what was typed. */
function isUsed(part) {
  if (part.contains(document.activeElement)) return true;
  return [...part.querySelectorAll('textarea, input, select')].some((field) =>
    field.type === 'checkbox' || field.type === 'radio'
      ? field.checked !== field.defaultChecked
      : 'defaultValue' in field && field.value !== field.defaultValue,
  );
}

/** What somebody has unfolded stays unfolded. */
function keepOpen(part, next) {
  for (const details of part.querySelectorAll('details[open][id]')) {
    const same = next.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
}

async function refresh() {
  scheduled = false;
  if (!stale || document.hidden) return;
  stale = false;
  last = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of parts()) {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === part.innerHTML) continue;
      if (isUsed(part)) {
        stale = true;
        continue;
      }
      keepOpen(part, next);
      part.replaceWith(document.adoptNode(next));
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

const from = document.querySelector('[data-live-from]')?.dataset.liveFrom;
if (from && 'EventSource' in window) {
  const source = new EventSource(from);
  source.addEventListener('changed', () => {
    stale = true;
    schedule();
  });
  source.addEventListener('error', () => {
    stale = true;
  });
  source.addEventListener('open', schedule);
  document.addEventListener('visibilitychange', schedule);
  document.addEventListener('focusout', schedule);
}
