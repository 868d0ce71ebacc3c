import { readSettings, type Settings } from './settings.ts';
import { startFailure } from './start-failure.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import type { MetricsText } from './telemetry/metrics-text.ts';
import { startTelemetry, type Telemetry } from './telemetry/start-telemetry.ts';
import { unknownSettings } from './unknown-settings.ts';

/** A service that listens. */
export type RunningService = {
  /** The ports really bound, by site. */
  readonly ports: Readonly<Record<string, number>>;
  /** Finishes and settles what is in flight, then lets go of everything. */
  close(): Promise<void>;
};

export type ServiceDeps = {
  readonly settings: Settings;
  readonly logger: Logger;
  /** For the site's `/metrics`; undefined where it is turned off. */
  readonly metrics: MetricsText | undefined;
};

const STOP_LIMIT_MS = 15_000;

/**
 * The life of a service's process: settings, telemetry, start, ready, stop.
 *
 * Under a launcher it reports over IPC (`ready` with its ports, or `failed` with a sentence) and stops when the launcher
 * asks (SIGTERM) or is gone. The terminal's Ctrl-C reaches every process of the group; a launched service leaves it to
 * the launcher.
 */
export async function runService(
  name: string,
  start: (deps: ServiceDeps) => Promise<RunningService>,
): Promise<void> {
  const launched = process.send !== undefined;
  let telemetry: Telemetry | undefined;
  let service: RunningService | undefined;
  let stopping = false;

  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    await service?.close();
    await telemetry?.stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => {
    if (!launched) void stop();
  });
  process.on('disconnect', () => void stop());

  try {
    const logFormat = process.stdout.isTTY ? 'text' : 'json';
    const settings = readSettings({ DESKSTREAM_LOG_FORMAT: logFormat, ...process.env });
    telemetry = startTelemetry(name, process.env);
    const logger = createLogger(name, settings.logLevel, settings.logFormat);
    if (!launched) for (const sentence of unknownSettings(process.env)) logger.warn(sentence);
    process.on('unhandledRejection', (reason) => {
      logger.fatal({ err: reason }, 'a bug: a failure that nobody handles; the service stops');
      process.exit(1);
    });
    const metrics = settings.metrics ? telemetry.metrics : undefined;
    service = await start({ settings, logger, metrics });
    logger.info({ ports: service.ports }, 'ready');
    process.send?.({ type: 'ready', ports: service.ports });
  } catch (error) {
    const message = startFailure(error);
    if (launched) process.send?.({ type: 'failed', message: `${name}: ${message}` });
    else console.error(`${name}: ${message}`);
    await telemetry?.stop();
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 100);
  }
}
