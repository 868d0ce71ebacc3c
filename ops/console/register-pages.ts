import type { ConsoleSite } from './console-site.ts';
import { discardMessage } from './discard-message.ts';
import { editMessagePage } from './edit-message.ts';
import { listMessagesPage } from './list-messages.ts';
import { overviewPage } from './overview.ts';
import { replayMessages } from './replay-messages.ts';
import { showAuditPages } from './show-audit.ts';
import { showConversationPage } from './show-conversation.ts';
import { showHealthPage } from './show-health.ts';
import { showReadModelsPage } from './show-read-models.ts';
import { showReplayPage } from './show-replay.ts';
import { showStreamsPages } from './show-streams.ts';

/** Every employee may see what failed; operators decide what becomes of it. */
export const CONSOLE_ROLES = { read: ['agent', 'operator', 'analyst'], act: ['operator'] } as const;

/** All pages of the operators' console. */
export function registerPages(site: ConsoleSite): void {
  overviewPage(site);
  listMessagesPage(site);
  replayMessages(site);
  discardMessage(site);
  editMessagePage(site);
  showReplayPage(site);
  showStreamsPages(site);
  showConversationPage(site);
  showReadModelsPage(site);
  showAuditPages(site);
  showHealthPage(site);
}
