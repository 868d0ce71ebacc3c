import type { RunningConsumer } from './consumer/start-consumer.ts';
import type { ReadyCheck } from './web/health.ts';

/** Whether a service's groups get on with their work, for `/health/ready`. */
export function groupHealth(consumers: readonly RunningConsumer[]): readonly ReadyCheck[] {
  return consumers.map((consumer) => {
    const { group, condition, reason } = consumer.state();
    const name = `group ${group}`;
    return condition === 'connected'
      ? { name, ok: true }
      : { name, ok: false, detail: `${condition}: ${reason}` };
  });
}
