/** A page with what stands between two markers replaced. Throws where it does not have them in this order. */
export function betweenMarkers(page, [begin, end], text) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected ${begin} and ${end} in the page`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
