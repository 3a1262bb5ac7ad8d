// What objects of built-in and a few other outside classes have: a call of anything else on them cannot happen.
import type { QName } from '../model.js';

/** Bases that give a class nothing to call. */
const hollow =
  /^(?:builtins\.object|abc\.ABC|(?:typing|typing_extensions)\.(?:Generic|Protocol|NamedTuple|TypedDict|Any)|six\.Iterator|zope\.interface\.Interface)$/;
export const isHollow = (base: QName): boolean => hollow.test(base);

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const text = words(`capitalize center count endswith expandtabs find index isalnum isalpha isascii isdigit islower isspace istitle isupper
  join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split
  splitlines startswith strip swapcase title translate upper zfill`);
const list = words('append clear copy count extend index insert pop remove reverse sort');
const frozen = words('copy difference intersection isdisjoint issubset issuperset symmetric_difference union');
const whole = words('as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag is_integer numerator real to_bytes');
/** Their public members on any Python from 3.9. */
const members: { readonly [type: QName]: ReadonlySet<string> } = {
  'builtins.str': new Set([...text, ...words('casefold encode format format_map isdecimal isidentifier isnumeric isprintable')]),
  'builtins.bytes': new Set([...text, ...words('decode fromhex hex')]),
  'builtins.bytearray': new Set([...text, ...list, ...words('decode fromhex hex resize')]),
  'builtins.int': new Set(whole),
  'builtins.bool': new Set(whole),
  'builtins.float': new Set(words('as_integer_ratio conjugate from_number fromhex hex imag is_integer real')),
  'builtins.complex': new Set(words('conjugate from_number imag real')),
  'builtins.list': new Set(list),
  'builtins.tuple': new Set(words('count index')),
  'builtins.dict': new Set(words('clear copy fromkeys get items keys pop popitem setdefault update values')),
  'builtins.frozenset': new Set(frozen),
  'builtins.set': new Set([
    ...frozen,
    ...words('add clear difference_update discard intersection_update pop remove symmetric_difference_update update'),
  ]),
  'builtins.range': new Set(words('count index start step stop')),
  'builtins.slice': new Set(words('indices start step stop')),
  'builtins.NoneType': new Set(),
  'builtins.ellipsis': new Set(),
  'types.GeneratorType': new Set(words('close gi_code gi_frame gi_running gi_suspended gi_yieldfrom send throw')),
};
const errors = new Set(
  words(
    'args with_traceback add_note errno strerror filename filename2 code value name path obj msg lineno offset text characters_written',
  ),
);
/** Testing libraries name their assertions by a pattern. */
const patterns: { readonly [type: QName]: RegExp } = {
  'unittest.TestCase':
    /^(?:assert\w*|fail\w*|set[Uu]p\w*|tear[Dd]own\w*|add\w*|do\w*|enter\w*|id|run|debug|defaultTestResult|countTestCases|shortDescription|skipTest|subTest|longMessage|maxDiff|_\w+)$/,
  'threading.Thread': /^(?:start|run|join|is_alive|isAlive|name|daemon|ident|native_id|[gs]etName|isDaemon|setDaemon|_\w+)$/,
};
const mocks = /^unittest\.mock\.(?:NonCallable)?(?:Magic|Async)?Mock$/;
const mocked =
  /^(?:assert_\w+|reset_mock|configure_mock|attach_mock|mock_add_spec|return_value|side_effect|called?|call_\w+|method_calls|mock_calls|await\w*)$/;

const enumerated = /^(?:name|value|_\w+)$/;
const mixed: { readonly [type: QName]: QName } = {
  'enum.StrEnum': 'builtins.str',
  'enum.IntEnum': 'builtins.int',
  'enum.IntFlag': 'builtins.int',
};

/** May an object of the class have the attribute? False only where that is certain; a mock has everything, under no name of its own. */
export function mayHave(type: QName, name: string): boolean {
  if (name.startsWith('__') && name.endsWith('__')) return type !== 'builtins.NoneType';
  const known = members[type];
  if (known) return known.has(name);
  if (mocks.test(type)) return mocked.test(name);
  if (/^enum\.\w*(?:Enum|Flag)$/.test(type)) return enumerated.test(name) || (members[mixed[type] ?? '']?.has(name) ?? false);
  if (/^builtins\.\w*(?:Error|Exception|Warning|Exit|Interrupt|Iteration)$/.test(type)) return errors.has(name);
  return patterns[type]?.test(name) ?? true;
}
