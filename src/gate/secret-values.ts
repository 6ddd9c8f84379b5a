/** Names of variables whose values nobody else may read, as registries, clouds and hubs of models call theirs. */
const secretName =
  /token(?!i[sz])|secret|passw(or)?d|passphrase|credential|api_?key|access_?key|private_?key|_key$|_pat$|_auth$/i;

/** What is shorter may be a word of its own, such as `none`. */
const leastLength = 8;

/**
 * A text of a process without the values of secret variables of its environment: what it said may end up in a comment or a file of the gate, where no
 * mask of a CI reaches. Of a value with several lines each is looked for. Instead stands the variable's name.
 */
export function withoutSecrets(text: string, environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .filter(([name]) => secretName.test(name))
    .flatMap(([name, value]) => [value, ...value.split(/\r?\n/)].map((secret) => ({ name, secret: secret.trim() })))
    .filter(({ secret }) => secret.length >= leastLength)
    .sort((a, b) => b.secret.length - a.secret.length) // one may be the beginning of another
    .reduce((hidden, { name, secret }) => hidden.replaceAll(secret, () => `<${name}>`), text);
}
