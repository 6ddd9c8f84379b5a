import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

export interface PullRequest {
  readonly number: number;
  head: { sha: string; ref: string; repo: { full_name: string } | null };
  base: { sha: string; ref: string; repo: { full_name: string } };
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** The whole answer, in the place of one with the message. */
  readonly text?: string;
  /** The request was carried out all the same. */
  readonly done?: boolean;
}

type Permissions = Readonly<Record<string, string>>;

/** GitHub's API of pull requests and their comments, as its documentation has it, for one repository. */
export class FakeGitHub {
  readonly repository = 'owner/models';
  readonly comments: Comment[] = [];
  readonly pullRequests = new Map<number, PullRequest>();
  /** `POST /repos/…`, in order. */
  readonly requests: string[] = [];
  /** What to answer next to requests that begin with this, instead of doing them. */
  readonly answers: { readonly to: string; readonly answer: Answer }[] = [];
  /** There is no room for another artifact. */
  isFull = false;
  /** Items on a page; GitHub gives 100 at most. */
  pageSize = 100;
  readonly #tokens = new Map<string, { permissions: Permissions; user: Comment['user']; isApp: boolean }>();
  readonly #server: Server;
  #nextId = 1;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => response.writeHead(599).end(String(error)));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A token such as a workflow gets. */
  token(permissions: Permissions): string {
    return this.#add({ permissions, user: { login: 'github-actions[bot]', type: 'Bot' }, isApp: true });
  }

  /** One that a person made. */
  personalToken(login: string, permissions: Permissions): string {
    return this.#add({ permissions, user: { login, type: 'User' }, isApp: false });
  }

  /** A comment that somebody wrote. */
  comment(body: string, user: Comment['user']): Comment {
    const comment = { id: this.#nextId++, body, user };
    this.comments.push(comment);
    return comment;
  }

  permissionsOf(token: string): Permissions {
    return this.#tokens.get(token)?.permissions ?? {};
  }

  #add(one: { permissions: Permissions; user: Comment['user']; isApp: boolean }): string {
    const token = `token-${this.#tokens.size + 1}`;
    this.#tokens.set(token, one);
    return token;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const asked = `${method} ${url}`;
    this.requests.push(asked);
    let text = '';
    for await (const chunk of request) text += chunk;
    const send = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(value === null ? '' : JSON.stringify(value));

    const index = this.answers.findIndex(({ to }) => asked.startsWith(to));
    const [planned] = index < 0 ? [] : this.answers.splice(index, 1);
    if (planned !== undefined && !planned.answer.done) {
      const { status, headers, message, text: whole } = planned.answer;
      if (whole !== undefined) response.writeHead(status).end(whole);
      else send(status, { message: message ?? `planned ${status}` }, headers);
      return;
    }
    const [status, value, headers] = this.#answer(method, new URL(url, this.url), text, request.headers.authorization);
    if (planned !== undefined) send(planned.answer.status, { message: 'done, but the answer was lost' });
    else send(status, value, headers);
  }

  #answer(method: string, url: URL, text: string, header = ''): [number, unknown, Readonly<Record<string, string>>?] {
    const token = this.#tokens.get(header.replace(/^Bearer /, ''));
    if (token === undefined) return [401, { message: 'Bad credentials' }];
    const denied: [number, unknown] = [403, { message: 'Resource not accessible by integration' }];
    if (url.pathname === '/user') return token.isApp ? denied : [200, token.user];
    const [, path] = new RegExp(`^/repos/${this.repository}(/.*)$`).exec(url.pathname) ?? [];
    const mayWrite = token.permissions['pull-requests'] === 'write';
    if (method !== 'GET' && !mayWrite) return denied;

    const [, number] = /^\/pulls\/(\d+)$/.exec(path ?? '') ?? [];
    const pull = this.pullRequests.get(Number(number));
    if (pull !== undefined) return [200, pull];
    const [, ofIssue] = /^\/issues\/(\d+)\/comments$/.exec(path ?? '') ?? [];
    if (this.pullRequests.has(Number(ofIssue))) {
      if (method === 'POST') return [201, this.comment(this.#bodyOf(text), token.user)];
      return this.#page(url);
    }
    const [, id] = /^\/issues\/comments\/(\d+)$/.exec(path ?? '') ?? [];
    const at = this.comments.findIndex((comment) => comment.id === Number(id));
    const comment = this.comments[at];
    if (comment !== undefined && method === 'PATCH') {
      comment.body = this.#bodyOf(text);
      return [200, comment];
    }
    if (comment !== undefined && method === 'DELETE') {
      this.comments.splice(at, 1);
      return [204, null];
    }
    return [404, { message: 'Not Found' }];
  }

  #bodyOf(text: string): string {
    const { body } = JSON.parse(text) as { body: string };
    if (body.length > 65_536) throw new Error('body is too long');
    return body;
  }

  #page(url: URL): [number, unknown, Readonly<Record<string, string>>] {
    const size = Math.min(this.pageSize, Number(url.searchParams.get('per_page') ?? 30));
    const page = Number(url.searchParams.get('page') ?? 1);
    const items = this.comments.slice((page - 1) * size, page * size);
    const isLast = page * size >= this.comments.length;
    url.searchParams.set('page', String(page + 1));
    return [200, items, isLast ? {} : { link: `<${this.url}${url.pathname}${url.search}>; rel="next"` }];
  }
}
