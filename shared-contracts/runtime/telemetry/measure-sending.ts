import type { Attributes } from '@opentelemetry/api';
import { count, timed } from './meters.ts';
import { metric } from './metrics.ts';
import { attribute } from './names.ts';
import { errorType } from './spans.ts';

/** Counts a message that is sent, and how long that takes; one that fails counts as that. */
export async function measureSending(operation: Attributes, send: () => Promise<void>): Promise<void> {
  try {
    await timed(metric.operationDuration, operation, send);
    count(metric.sent, operation);
  } catch (error) {
    count(metric.sent, { ...operation, [attribute.errorType]: errorType(error) });
    throw error;
  }
}
