import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';

/** What every mail about an issue is made from. */
export type MailContext = {
  readonly name: string;
  readonly subject: string;
  /** What the customer reported, or what the desk tells. */
  readonly text: string | null;
  readonly headline: string;
  /** Address of the tracking page. */
  readonly link: string;
};

/** Renders one mail as plain text and as HTML. */
export type MailTemplate = (context: MailContext) => { readonly text: string; readonly html: string };

/** Reads the templates once, at the start of the service. */
export async function loadMailTemplate(pagesDir: string): Promise<MailTemplate> {
  const handlebars = Handlebars.create();
  const [text, html] = await Promise.all(
    ['mail.txt.hbs', 'mail.html.hbs'].map((file) => readFile(join(pagesDir, 'mails', file), 'utf8')),
  );
  const asText = handlebars.compile<MailContext>(text ?? '', { noEscape: true, strict: true });
  const asHtml = handlebars.compile<MailContext>(html ?? '', { strict: true });
  return (context) => ({ text: asText(context), html: asHtml(context) });
}
