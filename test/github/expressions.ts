import { data, Evaluator, Lexer, Parser } from '@actions/expressions';

/** What expressions may speak of: plain data by name, such as `github`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** How the steps before ended, for `success()` and its like. */
export interface Status {
  readonly failed: boolean;
}

/** A text with `${{ … }}` in it, as GitHub's own evaluator has it. Names that no context has are errors; fields that it lacks are empty. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_all, expression: string) => evaluate(expression, contexts).coerceString());
}

/** Whether a step with this `if:` runs. As GitHub does, `success()` is meant where no function of status is named. */
export function holds(condition: string | undefined, contexts: Contexts, { failed }: Status): boolean {
  const text = (condition ?? 'success()').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  const expression = /\b(success|failure|always|cancelled)\(\)/.test(text) ? text : `success() && (${text})`;
  const answers = { success: !failed, failure: failed, always: true, cancelled: false };
  const functions = Object.entries(answers).map(([name, answer]) => ({
    ...{ name, minArgs: 0, maxArgs: 0 },
    call: () => new data.BooleanData(answer),
  }));
  const value = evaluate(expression, contexts, functions);
  return value.coerceString() !== 'false' && value.coerceString() !== '';
}

interface StatusFunction {
  readonly name: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  call(): data.ExpressionData;
}

function evaluate(text: string, contexts: Contexts, functions: StatusFunction[] = []): data.ExpressionData {
  const { tokens } = new Lexer(text.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}
