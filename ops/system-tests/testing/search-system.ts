// Looks for a word wherever a running system shows or keeps what was typed in.
import type { Db } from 'mongodb';
import { everyPage } from './every-page.ts';
import { filesWith } from './files-with.ts';
import type { WholeSystem } from './whole-system.ts';

/** Pages, of the customers and of the console, that no link leads a stranger to. */
type MorePages = { readonly customer: readonly string[]; readonly console: readonly string[] };

/** Where a word is found: pages of all sites by their paths, documents by their collections, files, logs. */
export async function searchSystem(whole: WholeSystem, db: Db, word: string, more: MorePages) {
  const { urls } = whole.system;
  const sites = [
    await everyPage(urls.customer, null, more.customer),
    await everyPage(urls.backoffice, undefined, ['/tickets?queue=all', '/tickets?text=a']),
    await everyPage(urls.analysts, undefined, [
      '/api/v1/events',
      '/api/v1/tickets',
      '/api/v1/failures',
      '/collections',
    ]),
    await everyPage(urls.console, undefined, ['/failed?view=list', ...more.console]),
    await everyPage(urls.mailbox ?? '', null, ['/api/mails?limit=1000']),
    await everyPage(urls.broker ?? '', null),
    await everyPage(urls.traces ?? '', null),
  ];
  const has = (text: string) => new RegExp(word, 'i').test(text);
  const documents: string[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    if (has(JSON.stringify(await db.collection(name).find().toArray()))) documents.push(name);
  }
  return {
    found: {
      pages: sites.flatMap((pages) => [...pages].filter(([, page]) => has(page)).map(([path]) => path)),
      documents: documents.sort(),
      files: await filesWith(whole.dataDir, word),
      logs: whole.lines.filter(has),
    },
    /** How many pages of each site were looked at. */
    looked: sites.map((pages) => pages.size),
  };
}
