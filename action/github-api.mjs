// @ts-check
// GitHub's REST API with what a step needs of it: pages, patience, and errors that say what was asked.
import { setTimeout as wait } from 'node:timers/promises';

/** Waits in seconds before it is tried again; GitHub asks for a minute at most where it names a time of its own. */
const pauses = [1, 2, 4, 8];
const longestPause = 60;
const timeoutMs = 30_000;
const mostPages = 100;

/** An answer that is not the one that was asked for. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number | null} status null: there was no answer
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }

  /** The token may not do this; GitHub answers 404 where it may not even know of it. */
  get isDenied() {
    return this.status === 403 || this.status === 404;
  }

  /** Whether it may work later: GitHub has a fault, or did not answer. */
  get isFault() {
    return this.status === null || this.status >= 500;
  }
}

export class GitHubApi {
  #url;
  #token;

  /** @param {{url: string, token: string}} options */
  constructor({ url, token }) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /**
   * @param {string} path
   * @returns {Promise<any>}
   */
  async get(path) {
    const { value } = await this.#ask('GET', path);
    return value;
  }

  /**
   * All items of a list, page by page.
   * @param {string} path
   * @returns {Promise<any[]>}
   */
  async list(path) {
    const items = [];
    /** @type {string | null} */
    let next = `${path}?per_page=100`;
    for (let page = 0; next !== null && page < mostPages; page += 1) {
      const answer = await this.#ask('GET', next);
      items.push(...answer.value);
      next = this.#nextPage(answer.link);
    }
    return items;
  }

  /**
   * Not tried again after a fault of GitHub: it may have been done all the same.
   * @param {string} path
   * @param {object} body
   */
  async post(path, body) {
    await this.#ask('POST', path, body);
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  async patch(path, body) {
    await this.#ask('PATCH', path, body);
  }

  /** @param {string} path */
  async delete(path) {
    await this.#ask('DELETE', path);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<{value: any, link: string | null}>}
   */
  async #ask(method, path, body) {
    for (let attempt = 0; ; attempt += 1) {
      const { answer, text, fault } = await this.#try(method, path, body);
      if (answer?.ok) return { value: jsonOf(answer, text), link: answer.headers.get('link') };
      const pause = pauses[attempt];
      const asked = answer === null ? null : limitedFor(answer, text);
      // A request over the limit was not looked at, so that any may be sent again; after a fault only those that may be done twice.
      const again = asked !== null || (method !== 'POST' && (answer === null || answer.status >= 500));
      const seconds = Math.max(asked ?? 0, pause ?? 0);
      if (!again || pause === undefined || seconds > longestPause) {
        throw new ApiError(`${method} ${path}: ${fault ?? messageOf(answer, text)}`, answer?.status ?? null);
      }
      await wait(seconds * 1000);
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   */
  async #try(method, path, body) {
    try {
      const answer = await fetch(`${this.#url}${path}`, {
        method,
        headers: {
          accept: 'application/vnd.github+json',
          authorization: `Bearer ${this.#token}`,
          'user-agent': 'dyno-gate',
          'x-github-api-version': '2022-11-28',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would take the token elsewhere.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { answer, text: await answer.text(), fault: null };
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      return { answer: null, text: '', fault: cause instanceof Error ? cause.message : String(cause) };
    }
  }

  /**
   * The path of the next page; null behind the last one. An address elsewhere is none: it would be sent the token.
   * @param {string | null} link
   */
  #nextPage(link) {
    const [, address] = /<([^>]+)>;\s*rel="next"/.exec(link ?? '') ?? [];
    return address?.startsWith(`${this.#url}/`) ? address.slice(this.#url.length) : null;
  }
}

/**
 * @param {Response} answer
 * @param {string} text
 */
function jsonOf(answer, text) {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    // A proxy that answers by itself.
    throw new ApiError(`expected JSON of GitHub, got ${JSON.stringify(text.slice(0, 60))}`, answer.status);
  }
}

/**
 * For how many seconds GitHub wants to be left alone; null where it did not refuse for that.
 * @param {Response} answer
 * @param {string} text
 */
function limitedFor(answer, text) {
  if (answer.status !== 403 && answer.status !== 429) return null;
  const after = Number(answer.headers.get('retry-after') ?? Number.NaN);
  if (after >= 0) return after;
  if (answer.headers.get('x-ratelimit-remaining') === '0') {
    const reset = Number(answer.headers.get('x-ratelimit-reset') ?? Number.NaN);
    return Number.isFinite(reset) ? Math.max(0, reset - Date.now() / 1000) : 0;
  }
  return answer.status === 429 || /secondary rate limit/i.test(text) ? 0 : null;
}

/**
 * @param {Response | null} answer
 * @param {string} text
 */
function messageOf(answer, text) {
  let said = text.slice(0, 200);
  try {
    const { message } = JSON.parse(text);
    if (typeof message === 'string') said = message.slice(0, 200);
  } catch {
    // A proxy answers in HTML: its beginning has to do.
  }
  return `${answer?.status ?? ''} ${said}`.trim();
}
