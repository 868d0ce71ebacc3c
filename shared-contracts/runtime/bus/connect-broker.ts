import { type ChannelModel, connect } from 'amqplib';
import type { takeAuthority } from '../server-url.ts';

export type ConnectOptions = {
  /** Milliseconds until the broker must have answered. */
  readonly timeout: number;
  readonly clientProperties?: { readonly connection_name: string };
  readonly keepAlive?: boolean;
  readonly noDelay?: boolean;
};

/** Connects to a broker, whose certificate counts where the authority of its URL vouches for it. */
export function connectBroker(
  { url, ca }: ReturnType<typeof takeAuthority>,
  options: ConnectOptions,
): Promise<ChannelModel> {
  return connect(url, { ...options, ...(ca === undefined ? {} : { ca: [Buffer.from(ca)] }) });
}
