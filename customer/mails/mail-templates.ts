import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';

/** What every mail about an issue is made from. */
export type IssueMailContext = {
  readonly name: string;
  readonly subject: string;
  readonly number: string;
  /** What the customer reported, or what the desk tells. */
  readonly text: string | null;
  readonly headline: string;
  /** Address of the tracking page. */
  readonly link: string;
};

/** What the mail with all links of an address is made from. */
export type LinksMailContext = {
  readonly issues: readonly {
    readonly subject: string;
    readonly number: string;
    /** The day that it was reported. */
    readonly day: string;
    readonly link: string;
  }[];
  /** There are more than the mail lists. */
  readonly more: boolean;
};

/** Renders one mail as plain text and as HTML. */
export type MailTemplate<Context> = (context: Context) => { readonly text: string; readonly html: string };

/** Reads the templates of one mail once, at the start of the service. */
export async function loadMailTemplate<Context>(
  pagesDir: string,
  name: 'issue' | 'links',
): Promise<MailTemplate<Context>> {
  const handlebars = Handlebars.create();
  const read = (form: 'txt' | 'html') => readFile(join(pagesDir, 'mails', `${name}.${form}.hbs`), 'utf8');
  const asText = handlebars.compile<Context>(await read('txt'), { noEscape: true, strict: true });
  const asHtml = handlebars.compile<Context>(await read('html'), { strict: true });
  return (context) => ({ text: asText(context), html: asHtml(context) });
}
