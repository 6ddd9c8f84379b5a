/** The known name that is most likely meant by a mistyped one, or null when none is near. Of equally near ones the one that begins alike. */
export function nearest(name: string, known: readonly string[]): string | null {
  const folded = name.toLowerCase();
  let best: string | null = null;
  // A third of the letters may be wrong: `bacth_size` finds `batch_size`, `foo` finds nothing.
  let bestDistance = Math.max(1, Math.floor(folded.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(folded, candidate.toLowerCase());
    const alike = best !== null && commonStart(folded, candidate) > commonStart(folded, best);
    if (distance < bestDistance || (distance === bestDistance && alike)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many characters two names have in common before they differ: `of` is `off` cut short rather than `on` mistyped. */
function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]?.toLowerCase()) length += 1;
  return length;
}

/** Damerau–Levenshtein distance (optimal string alignment): insertions, deletions, substitutions, swapped neighbours. */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: width }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column < width; column++) {
      const same = a[row - 1] === b[column - 1];
      let distance = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(distance);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[width - 1] ?? 0;
}
