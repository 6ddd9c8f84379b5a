// @ts-check
// The inputs of the action, which action.yml hands over as DYNO_<NAME>: GitHub gives a composite action no INPUT_ variables.

/** An input, event or checkout that the gate cannot work with; its message says what to do. */
export class ActionError extends Error {}

/**
 * An input; null where it is empty, which is how GitHub hands over one that was left out.
 * @param {string} name as in action.yml
 * @param {NodeJS.ProcessEnv} environment
 */
export function input(name, environment = process.env) {
  const value = environment[`DYNO_${name.replaceAll('-', '_').toUpperCase()}`]?.trim() ?? '';
  return value === '' ? null : value;
}

/**
 * An input that is one of a few words; the first is the default.
 * @template {string} Word
 * @param {string} name
 * @param {readonly [Word, ...Word[]]} words
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Word}
 */
export function choice(name, words, environment = process.env) {
  const value = input(name, environment) ?? words[0];
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  throw new ActionError(`Input ${name}: expected ${words.join(' or ')}, got ${JSON.stringify(value)}.`);
}
