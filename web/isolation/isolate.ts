// On every page: makes the page isolated where the host sends no headers, by registering the service worker and reloading once.
import { features } from '../engine/features.ts';

const RELOADED = 'photofinish:reloaded-for-isolation';

/**
 * Resolves at once where memory can already be shared, or cannot be made shareable. Otherwise the page reloads, once: then its
 * responses come through the service worker. `root`: URL of the site's root, where sw.js lies.
 */
export async function isolate(root: URL): Promise<void> {
  if (features().isolated) {
    storage()?.removeItem(RELOADED);
    return;
  }
  if (!window.isSecureContext || !('serviceWorker' in navigator)) return;
  if (storage()?.getItem(RELOADED)) return;        // tried: this browser or this frame does not allow it
  try {
    await navigator.serviceWorker.register(new URL('sw.js', root), { scope: root.href });
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await controlled();
  } catch {
    return;                                        // blocked or private: everything but parallel lanes runs without
  }
  const session = storage();
  if (!session) return;                            // without a memory of it, the page might reload for ever
  session.setItem(RELOADED, 'yes');
  if (document.readyState !== 'complete') await new Promise((resolve) => addEventListener('load', resolve, { once: true }));
  location.reload();
  await new Promise(() => {});                     // nothing starts in a page that is about to go
}

/** The service worker takes the page over, or does not within 3 s. */
function controlled(): Promise<void> {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
    setTimeout(resolve, 3000);
  });
}

/** Some browsers deny storage in frames and private windows by throwing. */
function storage(): Storage | null {
  try { return window.sessionStorage; } catch { return null; }
}
