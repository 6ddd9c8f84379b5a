/**
 * How many characters must be inserted, deleted or replaced to make one text of the other (Levenshtein, 1966), counted in Unicode code
 * points. Takes time in the product of the lengths and memory in the second.
 */
export function editDistance(from: string, to: string): number {
  const [source, target] = [Array.from(from), Array.from(to)];
  // Distances of the source so far from each beginning of the target.
  let row = Array.from({ length: target.length + 1 }, (_, length) => length);
  for (const [index, character] of source.entries()) {
    const next = [index + 1];
    for (const [column, wanted] of target.entries()) {
      const kept = (row[column] as number) + (character === wanted ? 0 : 1);
      const deleted = (row[column + 1] as number) + 1;
      const inserted = (next[column] as number) + 1;
      next.push(Math.min(kept, deleted, inserted));
    }
    row = next;
  }
  return row[target.length] as number;
}
