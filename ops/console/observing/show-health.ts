// GET /health: whether what the system stands on answers, how fast, and what to do where it does not.
import type { ConsoleSite } from '../console-site.ts';

const TONES = { ok: 'good', problem: 'bad', unknown: 'warning' } as const;
const TEXTS = { ok: 'well', problem: 'problem', unknown: 'unknown' } as const;

export function showHealthPage({ app, observatory }: ConsoleSite): void {
  app.get('/health', async (_request, reply) => {
    const checks = await observatory.checkHealth();
    return reply.view('health', {
      title: 'Health',
      problems: checks.filter(({ result }) => result === 'problem').length,
      checks: checks.map((each) => ({
        ...each,
        tone: TONES[each.result],
        text: TEXTS[each.result],
        took: `${Math.round(each.tookMs)} ms`,
      })),
    });
  });
}
