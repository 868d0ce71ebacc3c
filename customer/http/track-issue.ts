// The tracking page, for whoever has the link: GET shows the issue, POST …/close closes it.
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { issue } from '../issue/issue-decider.ts';
import type { CustomerSite } from './customer-site.ts';
import { addToOverview, type IssueOverview } from './issue-timeline.ts';

const LinkParams = Type.Object({ issueId: Type.String({ format: 'uuid' }), token: Type.String() });
const CloseForm = Type.Object({ commandId: CommandId });

const secretPath = { config: { secretPath: true } };

export function trackIssuePages({ app, store, links }: CustomerSite): void {
  /** The issue that the link opens; a wrong link is answered like one to nothing. */
  const openedBy = async (params: unknown): Promise<IssueOverview | undefined> => {
    if (!Value.Check(LinkParams, params) || !links.opens(params.issueId, params.token)) return undefined;
    let overview: IssueOverview | undefined;
    for await (const { event, metadata } of store.read(streamOf.issue(params.issueId))) {
      if (issue.isEvent(event)) overview = addToOverview(overview, event, metadata.occurredAt);
    }
    return overview;
  };

  const show = (reply: FastifyReply, overview: IssueOverview, problem?: string) => {
    const form = problem === undefined ? undefined : { values: {}, errors: { _form: problem } };
    const closePath = `${links.path(overview.issueId)}/close`;
    return reply.view('track-issue', { title: overview.subject, issue: overview, closePath, form });
  };

  app.get('/issues/:issueId/:token', secretPath, async (request, reply) => {
    const overview = await openedBy(request.params);
    return overview === undefined ? reply.callNotFound() : show(reply, overview);
  });

  app.post('/issues/:issueId/:token/close', secretPath, async (request, reply) => {
    const overview = await openedBy(request.params);
    if (overview === undefined) return reply.callNotFound();
    const { issueId } = overview;
    const form = parseForm(CloseForm, request.body);
    if (!form.ok) return show(reply.code(400), overview, form.errors.commandId);

    const commandId = commandIdOf(form.values);
    const result = await handleCommand(
      store,
      issue,
      streamOf.issue(issueId),
      { type: 'CloseIssue', commandId, issueId },
      { actor: 'customer', correlationId: deterministicId('conversation', issueId), causationId: commandId },
    );
    if (result.kind === 'rejected') return show(reply.code(409), overview, result.rejection.message);
    return reply.flash('done', 'You closed the issue.').redirect(links.path(issueId), 303);
  });
}
