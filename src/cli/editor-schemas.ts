import { acknowledgementsJsonSchema } from '../gate/acknowledgements.ts';
import { gateResultJsonSchema } from '../gate/gate-json-schema.ts';
import { gateFileJsonSchema, gateSectionJsonSchema } from '../gate/gate-schema.ts';
import { priceBookJsonSchema } from '../hardware/price-schema.ts';
import { profileJsonSchema } from '../hardware/profile-schema.ts';
import { suiteJsonSchema } from '../suite/schema.ts';
import { studyJsonSchema } from '../tco/study-schema.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * All files of schemas/ by name, each from the schema that Dyno itself checks with. What a suite says of the gate is the gate's to know, which the
 * compiler of suites must not import: the two are put together here.
 */
export function editorSchemas(): Readonly<Record<string, JsonSchema>> {
  const suite = suiteJsonSchema();
  const properties = suite.properties as JsonSchema;
  return {
    suite: { ...suite, properties: { ...properties, gate: gateSectionJsonSchema() } },
    gate: gateFileJsonSchema(),
    acknowledgements: acknowledgementsJsonSchema(),
    'gate-result': gateResultJsonSchema(),
    'hardware-profile': profileJsonSchema(),
    'price-book': priceBookJsonSchema(),
    study: studyJsonSchema(),
  };
}

/** A schema as the text of its file. */
export function schemaText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
