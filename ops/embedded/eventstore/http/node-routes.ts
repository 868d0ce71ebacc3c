import type { EventStore } from '../core/event-store.ts';
import { SERVER_VERSION } from '../server/features.ts';
import type { NodeIdentity } from '../server/gossip.ts';
import { uuidToText } from '../wire/uuid.ts';
import type { Answer, Request, Route } from './router.ts';

const ES_VERSION = `${SERVER_VERSION}.0`;

/** Who the node is and how it is: `/health/live`, `/gossip`, `/info`, `/ping`, and the way to the web pages. */
export function nodeRoutes(
  store: EventStore,
  identity: () => NodeIdentity,
  authentication: 'insecure' | 'internal',
): Route {
  return (request) => {
    const path = `/${request.path.join('/')}`;
    if (path === '/health/live') return health(request);
    if (!isRead(request)) return undefined;
    switch (path) {
      case '/health':
      case '/health/ready':
        return { status: 404 };
      case '/':
      case '/web':
        return { status: 302, headers: { location: '/web/index.html' } };
      case '/ping':
        return {
          status: 200,
          body: { text: 'Ping request successfully handled', msgTypeId: 123, label: 'Http' },
        };
      case '/info':
        return { status: 200, body: info(authentication) };
      case '/gossip':
        return { status: 200, body: gossip(store, identity()) };
      default:
        return undefined;
    }
  };
}

export function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function health(request: Request): Answer {
  return isRead(request) ? { status: 204 } : { status: 405, headers: { allow: 'GET, HEAD' } };
}

function info(authentication: 'insecure' | 'internal') {
  return {
    esVersion: ES_VERSION,
    state: 'leader',
    features: { projections: false, userManagement: authentication === 'internal', atomPub: false },
    authentication: { type: authentication, properties: null },
  };
}

function gossip(store: EventStore, { instanceId, host, port }: NodeIdentity) {
  const position = store.log.committed;
  return {
    members: [
      {
        instanceId: uuidToText(instanceId),
        timeStamp: new Date(store.clock()).toISOString(),
        state: 'Leader',
        isAlive: true,
        internalTcpIp: host,
        internalTcpPort: 0,
        internalSecureTcpPort: 0,
        externalTcpIp: host,
        externalTcpPort: 0,
        externalSecureTcpPort: 0,
        httpEndPointIp: host,
        httpEndPointPort: port,
        lastCommitPosition: position,
        writerCheckpoint: position,
        chaserCheckpoint: position,
        epochPosition: 0,
        epochNumber: 0,
        epochId: uuidToText(instanceId),
        nodePriority: 0,
        isReadOnlyReplica: false,
        esVersion: ES_VERSION,
      },
    ],
    serverIp: host,
    serverPort: port,
  };
}
