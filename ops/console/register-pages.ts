import type { ConsoleSite } from './console-site.ts';
import { erasurePages } from './erasure-pages.ts';
import { chooseFailures } from './failed/choose-failures.ts';
import { editMessagePage } from './failed/edit-message.ts';
import { listFailuresPage } from './failed/list-failures.ts';
import { replayPages } from './failed/replay-pages.ts';
import { showFailurePage } from './failed/show-failure.ts';
import { overviewPage } from './observing/overview.ts';
import { showAuditPages } from './observing/show-audit.ts';
import { showConversationPage } from './observing/show-conversation.ts';
import { showHealthPage } from './observing/show-health.ts';
import { showReadModelsPage } from './observing/show-read-models.ts';
import { showStreamsPages } from './observing/show-streams.ts';

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
