// Which pictures there are: each page once, some also dark or as on a phone.
import { PAGES, type ShownPage } from './pages.ts';

const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export type Screen = 'desk' | 'phone';

export type Frame = { readonly theme: Theme; readonly screen: Screen };

/** One picture of a page. */
export type Shot = { readonly page: ShownPage; readonly frame: Frame; readonly file: string };

/** In CSS pixels; what is further down than the tallest is cut off. */
export const SCREENS = {
  desk: { width: 1200, height: 500, tallest: 900, scale: 1 },
  phone: { width: 390, height: 700, tallest: 844, scale: 2 },
} as const;

/** Pages that are shown in another frame, too. */
const MORE: Readonly<Record<string, Frame>> = {
  'customer-tracking': { theme: 'light', screen: 'phone' },
  'backoffice-ticket': { theme: 'dark', screen: 'desk' },
  'console-failed-by-error': { theme: 'dark', screen: 'desk' },
  'analysts-dashboard': { theme: 'dark', screen: 'desk' },
};

export const SHOTS: readonly Shot[] = PAGES.flatMap((page) => {
  const more = MORE[page.name];
  return [shotOf(page, { theme: 'light', screen: 'desk' }), ...(more ? [shotOf(page, more)] : [])];
});

/** Every page in both themes, at a desk and on a phone: to look them over. */
export const EVERY_SHOT: readonly Shot[] = PAGES.flatMap((page) =>
  THEMES.flatMap((theme) => [
    shotOf(page, { theme, screen: 'desk' }),
    shotOf(page, { theme, screen: 'phone' }),
  ]),
);

function shotOf(page: ShownPage, frame: Frame): Shot {
  const marks = [frame.screen === 'desk' ? '' : '-phone', frame.theme === 'light' ? '' : '-dark'];
  return { page, frame, file: `${page.name}${marks.join('')}.webp` };
}
