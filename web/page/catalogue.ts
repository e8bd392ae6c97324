// The catalogue and the docs: styles, for each lesson what this reader has already seen of it in this session, and the check of the
// device where a page has it.
import './tokens.css';
import './page.css';
import { verdictOf } from './session.ts';

for (const item of document.querySelectorAll<HTMLElement>('[data-lesson]')) {
  const verdict = verdictOf(item.dataset.lesson!);
  if (!verdict) continue;
  const seen = document.createElement('p');
  seen.className = 'seen';
  seen.textContent = verdict;
  item.append(seen);
}

if (document.querySelector('pf-device')) void import('./view/device.ts');
