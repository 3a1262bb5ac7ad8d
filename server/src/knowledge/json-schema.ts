// Turns the valibot schemas used here into JSON schema, so that editors complete and check knowledge files.
import type * as v from 'valibot';

type Json = { readonly [key: string]: unknown };
/** The parts of a valibot schema this walk reads; anything else is refused loudly. */
interface Part {
  readonly kind?: string;
  readonly type: string;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly wrapped?: Part;
  readonly item?: Part;
  readonly key?: Part;
  readonly value?: Part;
  readonly options?: readonly (Part | string)[];
  readonly pipe?: readonly Part[];
  readonly requirement?: unknown;
  readonly description?: string;
  readonly metadata?: Json;
}

/** @throws Error for a schema type that has no translation here. */
export function jsonSchema(schema: v.GenericSchema): Json {
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...translate(schema as unknown as Part) };
}

function translate(part: Part): Json {
  const [, ...actions] = part.pipe ?? [part];
  return Object.assign({}, base(part), ...actions.map(constraint));
}

function base(part: Part): Json {
  switch (part.type) {
    case 'string':
    case 'boolean':
    case 'number':
      return { type: part.type };
    case 'picklist':
      return { enum: part.options };
    case 'array':
      return { type: 'array', items: translate(part.item!) };
    case 'optional':
      return translate(part.wrapped!);
    case 'union':
      return { anyOf: part.options!.map((option) => translate(option as Part)) };
    case 'record':
      return { type: 'object', propertyNames: translate(part.key!), additionalProperties: translate(part.value!) };
    case 'strict_object':
      return object(part.entries!);
    default:
      throw new Error(`no JSON schema for \`${part.type}\``);
  }
}

function object(entries: Readonly<Record<string, Part>>): Json {
  const required = Object.keys(entries).filter((key) => entries[key]!.type !== 'optional');
  const properties = Object.fromEntries(Object.entries(entries).map(([key, part]) => [key, translate(part)]));
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }), additionalProperties: false };
}

function constraint(action: Part): Json {
  switch (action.type) {
    case 'regex':
      return { pattern: (action.requirement as RegExp).source };
    case 'integer':
      return { type: 'integer' };
    case 'min_value':
      return { minimum: action.requirement };
    case 'min_length':
      return { minLength: action.requirement };
    case 'description':
      return { description: action.description };
    case 'metadata':
      return action.metadata!;
    case 'check':
      return {};
    default:
      throw new Error(`no JSON schema for \`${action.type}\``);
  }
}
