import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../../shared/port-of.ts';

/** A way to the broker that can be stopped, so that nothing comes back through it until it goes on, or cut. */
export async function slowLink(url: string) {
  const target = new URL(url);
  const port = Number(target.port);
  const pairs: { readonly socket: Socket; readonly upstream: Socket }[] = [];
  const server = createServer((socket) => {
    const upstream = connect(port, target.hostname);
    pairs.push({ socket, upstream });
    socket.pipe(upstream).pipe(socket);
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.port = String(portOf(server.address()));
  const cut = () => {
    for (const { socket, upstream } of pairs.splice(0)) {
      socket.destroy();
      upstream.destroy();
    }
  };
  return {
    url: target.href,
    stop() {
      for (const { socket, upstream } of pairs) upstream.unpipe(socket).pause();
    },
    goOn() {
      for (const { socket, upstream } of pairs) upstream.pipe(socket);
    },
    /** Ends the connections there are, as a network does that fails; new ones can be made. */
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
