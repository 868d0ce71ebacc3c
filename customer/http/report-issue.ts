// The report form: GET / shows it, POST /issues reports.
import Type from 'typebox';
import { KINDS, LIMITS } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { emailField, parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { issue } from '../issue/issue-decider.ts';
import type { CustomerSite } from './customer-site.ts';

const ReportForm = Type.Object({
  commandId: CommandId,
  email: emailField({ errorMessage: 'Give an e-mail address that we can answer to, like kim@example.org.' }),
  name: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  subject: Type.String({ maxLength: LIMITS.subject, errorMessage: 'Say in a few words what it is about.' }),
  kind: Type.Enum([...KINDS], { errorMessage: 'Choose what kind of issue it is.' }),
  text: Type.String({ maxLength: LIMITS.text, errorMessage: 'Tell us what is wrong.' }),
});

const page = {
  title: 'Report an issue',
  kinds: [
    { value: 'problem', label: 'Something does not work' },
    { value: 'question', label: 'I have a question' },
    { value: 'request', label: 'I need something' },
  ],
};

export function reportIssuePages({ app, store, links, addressHash }: CustomerSite): void {
  app.get('/', (_request, reply) => reply.view('report-issue', page));

  app.post('/issues', async (request, reply) => {
    const form = parseForm(ReportForm, request.body);
    if (!form.ok) return reply.code(400).view('report-issue', { ...page, form });

    const { email, name, subject, kind, text } = form.values;
    const commandId = commandIdOf(form.values);
    const issueId = deterministicId('issue', commandId);
    const customerId = deterministicId('customer', commandId);
    const result = await handleCommand(
      store,
      issue,
      streamOf.issue(issueId),
      {
        type: 'ReportIssue',
        commandId,
        issueId,
        customerId,
        email,
        addressHash: addressHash(email),
        name: name ?? '',
        subject,
        kind,
        text,
      },
      { actor: 'customer', correlationId: deterministicId('conversation', issueId), causationId: commandId },
    );
    if (result.kind === 'rejected') {
      const again = { values: form.typed, errors: { _form: result.rejection.message } };
      return reply.code(409).view('report-issue', { ...page, form: again });
    }
    return reply
      .flash('done', 'Thank you. Your report has reached us; this page shows how it goes on.')
      .redirect(links.path(issueId), 303);
  });
}
