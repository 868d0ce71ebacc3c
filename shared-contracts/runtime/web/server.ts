import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import type { HelperDelegate } from 'handlebars';
import type { Logger } from 'pino';
import { deriveKey } from '../secrets.ts';
import type { MetricsText } from '../telemetry/metrics-text.ts';
import { serveAssets } from './assets.ts';
import { refuseBrokenRequest } from './broken-request.ts';
import { barePage, showErrorPages } from './error-pages.ts';
import { showFlashes } from './flash.ts';
import { acceptForms } from './forgery.ts';
import { answerHealth, type ReadyCheck } from './health.ts';
import type { Link } from './locals.ts';
import { answerMetrics, measureRequests } from './metrics.ts';
import { renderPages } from './pages.ts';
import { logRequests, requestSerializers } from './request-log.ts';
import { traceRequests } from './tracing.ts';

export type WebServerOptions = {
  /** Which site this is: part of cookie names, since cookies of one host are shared by all its ports. */
  readonly site: 'customer' | 'backoffice' | 'analysts' | 'console';
  /** Name of the site for people: in the header and in the browser's title. */
  readonly siteTitle: string;
  /** Folder of the site's own Handlebars pages; a folder `partials` in it is registered too. */
  readonly pagesDir: string;
  /** Folder of the site's own assets, served under `/assets/` beside the shared ones. */
  readonly assetsDir?: string;
  readonly navigation: readonly Link[];
  /** The other sites, linked in the footer. */
  readonly otherSites?: readonly Link[];
  /** 32 bytes from which the keys for cookies are derived; the same for all instances of a site. */
  readonly secret: Uint8Array;
  /** Whether the site is reached over TLS: cookies are then `Secure` and the browser is told to stay on TLS. */
  readonly secureCookies: boolean;
  /** Largest body of a request in bytes; 1 MiB when not given. */
  readonly bodyLimit?: number;
  /** Proxies whose word on the client's address and protocol counts (addresses, networks, `loopback` …); none when not given. */
  readonly trustedProxies?: readonly string[];
  readonly logger: Logger;
  /** Handlebars helpers of the site's own pages. */
  readonly helpers?: Readonly<Record<string, HelperDelegate>>;
  /** The time that relative times are told from. */
  readonly now?: () => Date;
  /** What `/metrics` tells; without it there is no such page. */
  readonly metrics?: MetricsText | undefined;
  /** Answers a URL that cannot be read, where a page is not what its reader can use. */
  readonly answerBrokenUrl?: (url: string, reply: FastifyReply) => FastifyReply | undefined;
  /** What this site needs in order to work, for `/health/ready`. */
  ready(): Promise<readonly ReadyCheck[]>;
};

/**
 * The base that every site stands on: pages in one layout, forms that cannot be forged, health, error pages, traces and
 * a request log without personal data. The caller adds its routes and listens.
 */
export async function createWebServer(options: WebServerOptions): Promise<FastifyInstance> {
  if (options.secret.length < 32) throw new Error('The secret of a site needs 32 bytes. Give a longer one.');
  const loggerInstance: FastifyBaseLogger = options.logger.child({}, { serializers: requestSerializers });
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    forceCloseConnections: 'idle',
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    requestTimeout: 30_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (_error, request, reply) =>
      options.answerBrokenUrl?.(request.url, reply) ?? barePage(reply, 400),
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).errorPage());
  await traceRequests(app);
  logRequests(app);
  measureRequests(app);
  await app.register(fastifyHelmet, securityHeaders(options.secureCookies));
  await app.register(fastifyCookie, { secret: deriveKey(options.secret, `${options.site} cookies`) });
  const cookies = { site: options.site, secure: options.secureCookies };
  await acceptForms(app, cookies);
  showFlashes(app, cookies);
  const assetUrl = await serveAssets(app, options.assetsDir);
  await renderPages(app, { ...options, now: options.now ?? (() => new Date()), assetUrl });
  showErrorPages(app);
  answerHealth(app, () => options.ready());
  if (options.metrics !== undefined) answerMetrics(app, options.metrics);
  return app;
}

function securityHeaders(tls: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' as const },
    strictTransportSecurity: tls ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'deny' as const },
  };
}
