// What the API answers where it gives nothing: one shape (RFC 9457).
import { Type } from 'typebox';
import { PROBLEMS } from '../../problem-codes.ts';

const CODES = Object.keys(PROBLEMS);

export const Problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', description: 'Where the code is explained.' }),
    title: Type.String({ description: 'What the status means.' }),
    status: Type.Integer({ description: 'The HTTP status once more.' }),
    code: Type.String({ enum: CODES, description: 'Stable: what programs go by.' }),
    detail: Type.String({ description: 'One sentence for people: what is wrong, and what to do.' }),
    parameter: Type.Optional(Type.String({ description: 'The parameter that is wrong.' })),
    errorId: Type.Optional(Type.String({ description: 'Finds the mistake in our log.' })),
  },
  { title: 'Problem', additionalProperties: false },
);
