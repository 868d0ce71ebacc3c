import { chooseFailures } from './choose-failures.ts';
import type { ConsoleSite } from './console-site.ts';
import { editMessagePage } from './edit-message.ts';
import { erasurePages } from './erasure-pages.ts';
import { listFailuresPage } from './list-failures.ts';
import { overviewPage } from './overview.ts';
import { replayPages } from './replay-pages.ts';
import { showAuditPages } from './show-audit.ts';
import { showConversationPage } from './show-conversation.ts';
import { showFailurePage } from './show-failure.ts';
import { showHealthPage } from './show-health.ts';
import { showReadModelsPage } from './show-read-models.ts';
import { showStreamsPages } from './show-streams.ts';

/** Every employee may see what failed; operators decide what becomes of it. */
export const CONSOLE_ROLES = { read: ['agent', 'operator', 'analyst'], act: ['operator'] } as const;

/** All pages of the operators' console. */
export function registerPages(site: ConsoleSite): void {
  overviewPage(site);
  listFailuresPage(site);
  chooseFailures(site);
  showFailurePage(site);
  editMessagePage(site);
  replayPages(site);
  showStreamsPages(site);
  showConversationPage(site);
  showReadModelsPage(site);
  showAuditPages(site);
  showHealthPage(site);
  erasurePages(site);
}
