import type { RunningConsumer } from './consumer/start-consumer.ts';

/** Whether a service's groups are connected, for `/health/ready`. */
export function groupHealth(consumers: readonly RunningConsumer[]) {
  return consumers.map((consumer) => {
    const { group, connected } = consumer.state();
    return { name: `group ${group}`, ok: connected };
  });
}
