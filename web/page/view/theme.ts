// The theme as drawings need it: colours and face read from the style sheet (tokens.css), and word of when they change.

export interface Theme { color(name: string): string; face: string }

export function themeOf(element: Element): Theme {
  const styles = getComputedStyle(element);
  const color = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  return { color, face: color('board') };
}

/** `soon`: draw in the next frame. `now`: paper takes what is drawn when the page goes to print, so there is no next frame. */
export function onThemeChange(soon: () => void, now: () => void): void {
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) matchMedia(query).addEventListener('change', soon);
  matchMedia('print').addEventListener('change', now);
  void document.fonts.ready.then(soon);
}
