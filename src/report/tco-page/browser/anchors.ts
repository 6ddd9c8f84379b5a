/**
 * Keeps the edits in the address when a link to a place of the page is followed, which would put its own fragment there: on an edited page, the
 * page goes to that place without one.
 */
export function keepFragment(page: Document, isEdited: () => boolean): void {
  page.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const target = page.getElementById(link?.getAttribute('href')?.slice(1) ?? '');
    if (target === null || !isEdited()) return;
    event.preventDefault();
    if (!target.hasAttribute('tabindex')) target.setAttribute('tabindex', '-1');
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  });
}
