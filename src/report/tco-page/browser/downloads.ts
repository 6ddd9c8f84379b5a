import { savedFiles } from '../saved-files.ts';
import type { LivePage } from './live-page.ts';

/** Links save the figures as they stand, once the simulation has been drawn; before anything was edited, those that were made with the page. */
export function liveDownloads(page: Document, live: LivePage): void {
  for (const link of page.querySelectorAll<HTMLAnchorElement>('a[data-file]')) {
    link.addEventListener('click', (event) => {
      if (!live.hasComputed) return;
      event.preventDefault();
      void save(page, live, link.dataset.file ?? '');
    });
  }
}

async function save(page: Document, live: LivePage, id: string): Promise<void> {
  const { study, outcome, isEdited } = await live.settled();
  const file = savedFiles(study, outcome, isEdited).find((one) => one.id === id);
  if (file === undefined) return;
  const link = page.createElement('a');
  link.href = URL.createObjectURL(new Blob([file.content], { type: file.mediaType }));
  link.download = file.file;
  link.click();
  // The browser has taken the address by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
