import fc from 'fast-check';
import t from 'tap';
import { idsOfNumber, numberOf } from './issue-number.ts';

t.test('a number is short, and can be told on the telephone', async (t) => {
  t.strictSame(
    [
      numberOf('6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa'),
      numberOf('00000000-0000-0000-0000-000000000000'),
      numberOf('ffffffff-ffff-ffff-ffff-ffffffffffff'),
    ],
    ['DXP-XK8-3A7', '000-000-000', 'ZZZ-ZZZ-ZZZ'],
  );
});

t.test('a number leads back to the id, however it is written', async () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const number = numberOf(id);
      for (const text of [number, number.toLowerCase(), number.replaceAll('-', ''), ` #${number} `]) {
        const ids = idsOfNumber(text);
        if (ids === undefined || id < ids.first || id > ids.last || numberOf(ids.first) !== number)
          return false;
      }
      return true;
    }),
  );
});

t.test('what is easily misread is taken as meant, and what is no number is none', async (t) => {
  t.strictSame(idsOfNumber('oOo-iIi-lL0'), idsOfNumber('000-111-110'));
  t.strictSame(['', 'DXP', 'DXP-XK8-3A', 'DXP-XK8-3A77', 'DXP-XK8-3AU', 'Blank pages'].map(idsOfNumber), [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
