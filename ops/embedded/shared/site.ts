import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import fastifyView from '@fastify/view';
import Fastify, { type FastifyInstance } from 'fastify';
import Handlebars, { type HelperDelegate } from 'handlebars';

const HERE = import.meta.dirname;
const PICO = dirname(fileURLToPath(import.meta.resolve('@picocss/pico/css/pico.min.css')));

export type SiteOptions = {
  /** Folder of the node's own Handlebars pages; each is rendered inside the shared layout. */
  readonly pagesDir: string;
  /** Name of the site, shown in the header and in the browser's title. */
  readonly title: string;
  /** Handlebars helpers of the node's own pages. */
  readonly helpers?: Readonly<Record<string, HelperDelegate>>;
};

/** A small Fastify site for the pages of an embedded node: one layout, a strict policy, no inline script or style. */
export async function createSite(options: SiteOptions): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true });
  const handlebars = Handlebars.create();
  for (const [name, helper] of Object.entries(options.helpers ?? {})) handlebars.registerHelper(name, helper);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'sameorigin' },
  });
  await app.register(fastifyStatic, { root: [join(HERE, 'pages/assets'), PICO], prefix: '/assets/' });
  await app.register(fastifyView, {
    engine: { handlebars },
    root: options.pagesDir,
    viewExt: 'hbs',
    defaultContext: { siteTitle: options.title },
    layout: join('..', '..', 'shared', 'pages', 'layout.hbs'),
  });
  return app;
}
