// The tracking page, for whoever has the link: GET shows the issue; each POST is something the customer says about it.
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import { numberOf } from '../../shared-contracts/documents/issue-number.ts';
import { LIMITS } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { CommandId, commandIdOf, JustDo } from '../../shared-contracts/runtime/web/double-submit.ts';
import {
  type FormState,
  formReader,
  type ParsedForm,
  refusedForm,
} from '../../shared-contracts/runtime/web/form.ts';
import type { IssueCommand } from '../issue/issue-commands.ts';
import { issue } from '../issue/issue-decider.ts';
import { type CustomerSite, commandContext } from './customer-site.ts';
import { addToOverview, type IssueOverview } from './issue-timeline.ts';
import { limitSenders, type SenderLimit } from './sender-limit.ts';

const LinkParams = Type.Object({ issueId: Type.String({ format: 'uuid' }), token: Type.String() });

const readClose = formReader(JustDo);
const readReply = formReader(
  Type.Object({
    commandId: CommandId,
    text: Type.String({ maxLength: LIMITS.text, errorMessage: 'Write what you want to tell us.' }),
  }),
);
const readRating = formReader(
  Type.Object({
    commandId: CommandId,
    helped: Type.Enum(['yes', 'no'], { errorMessage: 'Say whether it helped.' }),
    text: Type.Optional(Type.String({ maxLength: LIMITS.text })),
  }),
);

type Ids = { readonly commandId: string; readonly issueId: string };
type FailedForm = { readonly action: string; readonly form: FormState };

const TOO_OFTEN =
  'Very much was sent from your network just now, so this is not sent yet. What you wrote is still here: wait a minute, then send it again.';

const secretPath = { config: { secretPath: true } };

export async function trackIssuePages(site: CustomerSite): Promise<void> {
  await site.app.register(async (scope) => {
    showAndChange(scope, site, await limitSenders(scope, site.repliesPerMinute));
  });
}

function showAndChange(
  app: FastifyInstance,
  { store, trackingLinks, live, changes }: CustomerSite,
  secondsToWait: SenderLimit,
): void {
  /** The issue that the link opens; a wrong link is answered like one to nothing. */
  const openedBy = async (params: unknown): Promise<IssueOverview | undefined> => {
    if (!Value.Check(LinkParams, params) || !trackingLinks.opens(params.issueId, params.token))
      return undefined;
    let overview: IssueOverview | undefined;
    for await (const { event, metadata } of store.read(streamOf.issue(params.issueId))) {
      if (issue.isEvent(event)) overview = addToOverview(overview, event, metadata.occurredAt);
    }
    return overview;
  };

  const show = (reply: FastifyReply, overview: IssueOverview, failed?: FailedForm) =>
    reply.view('track-issue', {
      title: overview.subject,
      issue: overview,
      issueNumber: numberOf(overview.issueId),
      path: trackingLinks.path(overview.issueId),
      failed: failed?.form,
      forms: failed === undefined ? {} : { [failed.action]: failed.form },
    });

  const action = <Values extends { readonly commandId: string }>(
    name: string,
    read: (body: unknown) => ParsedForm<Values>,
    done: string,
    toCommand: (ids: Ids, values: Values) => IssueCommand,
  ) => {
    app.post(`/issues/:issueId/:token/${name}`, secretPath, async (request, reply) => {
      const overview = await openedBy(request.params);
      if (overview === undefined) return reply.callNotFound();
      const form = read(request.body);
      if (!form.ok) return show(reply.code(400), overview, { action: name, form });
      const wait = await secondsToWait(request);
      if (wait !== undefined) {
        reply.code(429).header('retry-after', wait);
        return show(reply, overview, { action: name, form: refusedForm(form, TOO_OFTEN) });
      }

      const { issueId } = overview;
      const commandId = commandIdOf(form.values);
      const result = await handleCommand(
        store,
        issue,
        streamOf.issue(issueId),
        toCommand({ commandId, issueId }, form.values),
        commandContext(issueId, commandId),
      );
      if (result.kind === 'done') return reply.flash('done', done).redirect(trackingLinks.path(issueId), 303);
      const again = refusedForm(form, result.rejection.message);
      return show(reply.code(409), overview, { action: name, form: again });
    });
  };

  app.get('/issues/:issueId/:token', secretPath, async (request, reply) => {
    const overview = await openedBy(request.params);
    return overview === undefined ? reply.callNotFound() : show(reply, overview);
  });

  app.get('/issues/:issueId/:token/live', secretPath, async (request, reply) => {
    const { params } = request;
    if (!Value.Check(LinkParams, params) || !trackingLinks.opens(params.issueId, params.token))
      return reply.callNotFound();
    return live(reply, (changed) => changes.listen(streamOf.issue(params.issueId), changed));
  });

  action('close', readClose, 'You closed the issue.', (ids) => ({ type: 'CloseIssue', ...ids }));
  action('reply', readReply, 'Thank you. We have what you wrote.', (ids, { text }) => ({
    type: 'WriteReply',
    ...ids,
    text,
  }));
  action('rate', readRating, 'Thank you for telling us.', (ids, { helped, text }) => ({
    type: 'RateIssue',
    ...ids,
    helped: helped === 'yes',
    text: text ?? null,
  }));
}
