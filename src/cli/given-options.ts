/** Names of those options that were given: of flags, those that are true. */
export function givenNames(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === null || value === false ? [] : [name],
  );
}
