import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyFormbody from '@fastify/formbody';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import fastifyView from '@fastify/view';
import Fastify, { type FastifyInstance } from 'fastify';
import Handlebars, { type HelperDelegate } from 'handlebars';
import { asksForOwnHost } from './own-host.ts';
import { answerProblems, Problem } from './problem.ts';
import { isSameOrigin } from './same-origin.ts';

const HERE = import.meta.dirname;
const PICO = dirname(fileURLToPath(import.meta.resolve('@picocss/pico/css/pico.min.css')));

export type SiteOptions = {
  /**
   * Folder of the node's own Handlebars pages; each is rendered inside the shared layout. What is in its `assets` is served below
   * `/assets/` beside what all nodes share.
   */
  readonly pagesDir: string;
  /** Name of the site, shown in the header and in the browser's title. */
  readonly title: string;
  /** Handlebars helpers of the node's own pages; all have `plural`. */
  readonly helpers?: Readonly<Record<string, HelperDelegate>>;
  /** The node's own assets that every page links as style sheets. */
  readonly styles: readonly string[];
};

/**
 * A small Fastify site for the pages of an embedded node: one layout, a strict policy, no inline script or style.
 *
 * It reads forms, refuses changes that another site's page asks for and requests under another site's name, and answers errors with a page (`Problem`
 * carries the status and the sentence). A part of a page with an id and `data-live` refreshes itself where the
 * site has `addLive`.
 */
export async function createSite(options: SiteOptions): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true });
  const handlebars = Handlebars.create();
  handlebars.registerHelper(
    'plural',
    (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`,
  );
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
    originAgentCluster: false,
    // With helmet's default, no-referrer, a browser says `Origin: null` even to the site itself.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'sameorigin' },
  });
  await app.register(fastifyFormbody);
  const assets = [join(HERE, 'pages/assets'), PICO, join(options.pagesDir, 'assets')];
  await app.register(fastifyStatic, { root: assets, prefix: '/assets/' });
  await app.register(fastifyView, {
    engine: { handlebars },
    root: options.pagesDir,
    viewExt: 'hbs',
    defaultContext: { siteTitle: options.title, styles: options.styles },
    layout: join('..', '..', 'shared', 'pages', 'layout.hbs'),
    production: true,
  });
  app.addHook('onRequest', async (request) => {
    if (!asksForOwnHost(request)) {
      throw new Problem(421, 'This page is for this machine only. Open it at localhost, or at 127.0.0.1.');
    }
    if (request.method === 'GET' || request.method === 'HEAD' || isSameOrigin(request)) return;
    throw new Problem(403, 'This was asked for by a page of another site, so it was not done.');
  });
  answerProblems(app);
  return app;
}
