import type { FastifyInstance } from 'fastify';
import { type ColumnsDeps, keepColumns } from '../columns/keep-columns.ts';
import { createFigures, type FiguresFor } from './figures.ts';

/** Figures of what the read models hold, in columns that are kept up as long as the site is open. */
export function startFigures(site: ColumnsDeps & { readonly app: FastifyInstance }): FiguresFor {
  const keeper = keepColumns(site);
  site.app.addHook('onListen', async () => keeper.start());
  site.app.addHook('onClose', async () => keeper.stop());
  return createFigures(site, keeper);
}
