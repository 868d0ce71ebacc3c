import { readdir, readFile } from 'node:fs/promises';
import { join, parse, relative } from 'node:path';
import fastifyView from '@fastify/view';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Handlebars, { type HelperDelegate } from 'handlebars';
import { hasRole } from '../accounts/signed-in.ts';
import type { Flash } from './flash.ts';
import { createHelpers } from './helpers.ts';
import type { Link, PageLocals } from './locals.ts';
import { createTimeFormat } from './time-format.ts';

const SHARED = join(import.meta.dirname, 'pages');

declare module 'fastify' {
  interface FastifyReply {
    /** The HTML of a page that all sites share, by its name. */
    renderShared(page: 'error' | 'sign-in' | 'account', data: object): Promise<string>;
    /** Sends a page that all sites share. */
    sharedPage(page: 'sign-in' | 'account', data: object): Promise<FastifyReply>;
  }
}

type PagesOptions = {
  readonly pagesDir: string;
  readonly siteTitle: string;
  readonly navigation: readonly Link[];
  readonly otherSites?: readonly Link[];
  readonly helpers?: Readonly<Record<string, HelperDelegate>>;
  readonly now: () => Date;
  readonly assetUrl: (name: string) => string;
};

/** Renders Handlebars pages of a site inside the one layout, with the shared helpers and partials. */
export async function renderPages(app: FastifyInstance, options: PagesOptions): Promise<void> {
  const handlebars = Handlebars.create();
  const times = createTimeFormat();
  const helpers = { ...createHelpers({ times, assetUrl: options.assetUrl }), ...options.helpers };
  for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper);
  for (const folder of [SHARED, options.pagesDir])
    await registerPartials(handlebars, join(folder, 'partials'));

  app.decorateReply('locals');
  app.addHook('onRequest', async (request, reply) => {
    reply.locals = createLocals(request, reply, options, times.knownZone(request.cookies.tz));
  });
  await app.register(fastifyView, {
    engine: { handlebars },
    root: options.pagesDir,
    viewExt: 'hbs',
    layout: relative(options.pagesDir, join(SHARED, 'layout.hbs')),
    defaultContext: { siteTitle: options.siteTitle, otherSites: options.otherSites ?? [] },
    production: true,
    // A partial sees only what it is given, and is never indented: that would change what stands in a textarea.
    options: { compileOptions: { explicitPartialContext: true, preventIndent: true } },
  });
  app.decorateReply('renderShared', function (this: FastifyReply, page: string, data: object) {
    return this.viewAsync(relative(options.pagesDir, join(SHARED, page)), data);
  });
  app.decorateReply('sharedPage', async function (this: FastifyReply, page, data: object) {
    return this.type('text/html; charset=utf-8').send(await this.renderShared(page, data));
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
  });
}

/**
 * The template engine copies the locals when (and only when) a page is rendered, which reads the getters: a token is made
 * and a flash taken for pages, not for redirects or assets. It copies more than once, so each remembers its value.
 */
function createLocals(
  request: FastifyRequest,
  reply: FastifyReply,
  options: PagesOptions,
  timeZone: string | undefined,
): PageLocals & Record<string, unknown> {
  let token: string | undefined;
  let taken: { flash: Flash | undefined } | undefined;
  return {
    get csrfToken() {
      token ??= reply.generateCsrf();
      return token;
    },
    get flash() {
      taken ??= { flash: reply.takeFlash() };
      return taken.flash;
    },
    get navigation() {
      const path = request.url.split('?', 1)[0] ?? '/';
      return options.navigation
        .filter(({ roles }) => roles === undefined || hasRole(request.signedIn?.roles ?? [], roles))
        .map((link) => ({ ...link, current: currentIn(path, link.href) }));
    },
    timeZone,
    now: options.now(),
    query: { ...(request.query ?? {}) },
  };
}

function currentIn(path: string, href: string): 'page' | 'true' | undefined {
  if (path === href) return 'page';
  return href !== '/' && path.startsWith(`${href}/`) ? 'true' : undefined;
}

async function registerPartials(handlebars: typeof Handlebars, dir: string): Promise<void> {
  const files = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const file of files.filter((name) => name.endsWith('.hbs'))) {
    const source = await readFile(join(dir, file), 'utf8');
    handlebars.registerPartial(parse(file).name, source.trimEnd());
  }
}
