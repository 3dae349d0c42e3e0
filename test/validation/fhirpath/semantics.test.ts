import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileInvariant, compilePath } from '../../../src/validation/fhirpath/invariant.ts'
import { environmentOf, r4 } from './r4-model.ts'
import { observation, patient } from './samples.ts'

/** What an expression gives on the sample Patient or Observation; `[]` is the empty collection (N1, by section). */
const ROWS: Readonly<Record<string, readonly (readonly [expression: string, expected: readonly unknown[]])[]>> = {
  '3 path selection': [
    ['name.family', ['PATIENT', 'Patient']],
    ['Patient.name.given', ['ANNE', 'ANNE-MARIE', 'Anne']],
    ['Observation.status', []],
    ['name[1].given[0]', ['Anne']],
    ['name[5]', []],
    ['nonsense.given', []],
    ['contact.name.family', ['AIDANT']],
    ['contained.name', ['Clinique']],
    ['contained.nonsense', []],
    ['`name`.`family`', ['PATIENT', 'Patient']],
    ['multipleBirth', [2]],
    ['deceased.exists()', [true]],
    ['deceased', [undefined]],
    ['deceased.extension.value', ['unknown']],
    ["name.given.where(id = 'second')", ['ANNE-MARIE']],
  ],
  '4.5 singleton evaluation': [
    ['gender and active', [true]],
    ['{} or true', [true]],
  ],
  '5.1 existence': [
    ['name.exists()', [true]],
    ['photo.empty()', [true]],
    ["name.exists(use = 'usual')", [true]],
    ["name.exists(use = 'old')", [false]],
    ['name.all(family.exists())', [true]],
    ["name.all(use = 'usual')", [false]],
    ['photo.all(false)', [true]],
    ['name.given.count()', [3]],
    ['(true | false).allTrue()', [false]],
    ['(true | false).anyTrue()', [true]],
    ['{}.allTrue()', [true]],
    ['{}.anyTrue()', [false]],
    ['(false).allFalse()', [true]],
    ['(true).anyFalse()', [false]],
    ["('a' | 'b').subsetOf('a' | 'b' | 'c')", [true]],
    ["('a' | 'b').supersetOf('a')", [true]],
    ["('a').supersetOf('a' | 'b')", [false]],
    ['name.use.isDistinct()', [true]],
    ['identifier.select(1).isDistinct()', [false]],
    ["name.select('x').distinct()", ['x']],
  ],
  '5.2 filtering and projection': [
    ["name.where(use = 'official').given", ['ANNE', 'ANNE-MARIE']],
    ['name.where(nonsense)', []],
    ['name.where($index = 1).family', ['Patient']],
    ['name.select(given.count())', [2, 1]],
    ['name.given.select($index)', [0, 1, 2]],
    ['contained.ofType(Organization).name', ['Clinique']],
    ['contained.ofType(Patient)', []],
    ["repeat(extension).where(url = 'identityStatus').value.code", ['VALI']],
    ['name.given.ofType(string).count()', [3]],
  ],
  '5.3 subsetting': [
    ['name.first().use', ['official']],
    ['name.last().use', ['usual']],
    ['name.given.tail()', ['ANNE-MARIE', 'Anne']],
    ['name.given.skip(2)', ['Anne']],
    ['name.given.take(1)', ['ANNE']],
    ['name.given.take(0)', []],
    ['gender.single()', ['female']],
    ["name.given.intersect('Anne' | 'X')", ['Anne']],
    ["name.given.exclude('Anne')", ['ANNE', 'ANNE-MARIE']],
  ],
  '5.4 combining': [
    ['name.use | name.use', ['official', 'usual']],
    ['name.use.union(name.use)', ['official', 'usual']],
    ['gender.combine(gender)', ['female', 'female']],
    ['(1 | 1.0 | 2).count()', [2]],
  ],
  '5.5 conversion': [
    ["'12'.toInteger()", [12]],
    ["'12a'.toInteger()", []],
    ["'1.50'.toDecimal()", [1.5]],
    ['multipleBirth.toString()', ['2']],
    ["'Yes'.toBoolean()", [true]],
    ["'2026-03-04'.toDate()", ['2026-03-04']],
    ["'2026-03-04T10:00:00Z'.toDate()", []],
    ['(@2026-03-04T10:00:00Z).toDate()', ['2026-03-04']],
    ["'2026-13'.toDate()", []],
    ["'2026-03'.convertsToDateTime()", [true]],
    ["'25:00'.toTime()", []],
    ["'4 days'.convertsToQuantity()", [true]],
    ["'*'.convertsToInteger()", [false]],
    ["iif(active, 'a', 'b')", ['a']],
    ["iif({}, 'a')", []],
    ['photo.iif(empty(), 1, 2)', [1]],
    ['gender.iif(empty(), 1, 2)', [2]],
  ],
  '5.6 strings': [
    ["gender.startsWith('fe')", [true]],
    ["gender.startsWith('')", [true]],
    ["photo.url.startsWith('a')", []],
    ["gender.endsWith('male')", [true]],
    ["gender.contains('mal')", [true]],
    ["gender.indexOf('m')", [2]],
    ["gender.indexOf('x')", [-1]],
    ['gender.substring(2)', ['male']],
    ['gender.substring(2, 1)', ['m']],
    ['gender.substring(6)', []],
    ['gender.substring(-1)', []],
    ['gender.upper()', ['FEMALE']],
    ["gender.replace('fe', '')", ['male']],
    ["gender.matches('^[a-z]+$')", [true]],
    ["gender.matches('^male$')", [false]],
    ["gender.matches('male')", [true]],
    ["'a.b'.replaceMatches('\\\\..*', '')", ['a']],
    ['gender.length()', [6]],
    ["'ab'.toChars()", ['a', 'b']],
    ["'a' & {} & 'b'", ['ab']],
    ["'a' + {}", []],
    ["'it\\'s'", ["it's"]],
  ],
  '5.7 math': [
    ['(-3).abs()', [3]],
    ['(1.2).ceiling()', [2]],
    ['(2.5).round()', [3]],
    ['(2.345).round(2)', [2.35]],
    ['(4).sqrt()', [2]],
    ['(-4).sqrt()', []],
    ['(2).power(3)', [8]],
    ['(-1.7).truncate()', [-1]],
  ],
  '5.8 tree': [
    ['contact.children().count()', [2]],
    ['contact.descendants().count()', [5]],
    ["descendants().where($this = 'Clinique').exists()", [true]],
    ['managingOrganization.descendants().as(string)', ['#org']],
    ['name.given.children().count()', [1]],
    ['birthDate.children().count()', [1]],
    ['(1).children()', []],
  ],
  '5.9 utility': [
    ["gender.trace('x')", ['female']],
    ['today()', ['2026-03-04']],
    ['now()', ['2026-03-04T05:06:07.008Z']],
    ['now() = now()', [true]],
  ],
  '6.3 types': [
    ['gender is code', [true]],
    ['gender is string', [true]],
    ['gender is Boolean', [false]],
    ['1 is Integer', [true]],
    ['1 is System.Integer', [true]],
    ['$this is Patient', [true]],
    ['$this is FHIR.DomainResource', [true]],
    ['contained.is(Organization)', [true]],
    ['photo is Attachment', []],
    ['multipleBirth as integer', [2]],
    ['multipleBirth as boolean', []],
    ['contact is BackboneElement', [true]],
  ],
  '6.4 membership': [
    ["gender in ('male' | 'female')", [true]],
    ["'x' in name.use", [false]],
    ["{} in ('a')", []],
    ["name.use contains 'usual'", [true]],
    ["'x' in {}", [false]],
  ],
  '6.5 logic': [
    ['true and {}', []],
    ['false and {}', [false]],
    ['true or {}', [true]],
    ['false or {}', []],
    ['true xor {}', []],
    ['true xor false', [true]],
    ['{} implies true', [true]],
    ['{} implies false', []],
    ['false implies {}', [true]],
    ['true implies {}', []],
    ['{}.not()', []],
    ['true.not()', [false]],
    ['true or false and false', [true]],
  ],
  '6.6 arithmetic': [
    ['1 + 2 * 3', [7]],
    ['0.1 + 0.2 = 0.3', [true]],
    ['7 div 2', [3]],
    ['7 mod 2', [1]],
    ['1 / 0', []],
    ['1 + {}', []],
    ['-1 + 2', [1]],
    ["'a' + 'b'", ['ab']],
    ['name.count() + contact.count()', [3]],
  ],
  '7 aggregate': [
    ['(1 | 2 | 3).aggregate($this + $total, 0)', [6]],
    ['(3 | 1 | 2).aggregate(iif($total.empty() or $this < $total, $this, $total))', [1]],
  ],
  '9 variables': [
    ['%ucum', ['http://unitsofmeasure.org']],
    ['%`vs-administrative-gender`', ['http://hl7.org/fhir/ValueSet/administrative-gender']],
    ['%resource.id', ['p1']],
    ['contact.where(%context.id.exists()).count()', [1]],
    ['%sct & %loinc', ['http://snomed.info/scthttp://loinc.org']],
  ],
  'FHIR functions': [
    ["extension('http://example.org/reliability').extension('identityStatus').value.code", ['VALI']],
    ["birthDate.extension('http://example.org/source').value", ['civil']],
    ['birthDate.hasValue()', [true]],
    ['deceased.hasValue()', [false]],
    ['name.hasValue()', [false]],
    ['gender.getValue()', ['female']],
    ['managingOrganization.resolve().name', ['Clinique']],
    ["gender.memberOf('http://example.org/genders')", [true]],
    ["$this.conformsTo('http://example.org/profile')", []],
    ["'<div/>'.htmlChecks()", [true]],
  ],
}

/** Evaluations that the specification calls an error: an invariant answers 'failed', a path leads nowhere. */
const ERRORS = [
  "1 < 'a'",
  'name.single().exists()',
  'name and true',
  '(gender + 1).exists()',
  'name.family.upper().exists()',
  'name is HumanName',
  'contained is Nonsense',
  'photo is Nonsense',
  'contained.ofType(Nonsense).exists()',
  'name.iif(true, 1, 2).exists()',
]

/** Equality and order on the Observation, where dates have precisions and quantities units (N1, 6.1 and 6.2). */
const COMPARISONS: readonly (readonly [expression: string, expected: boolean | undefined])[] = [
  ['@2026-03-04 = @2026-03-04', true],
  ['@2026-03-04 = @2026-03', undefined],
  ['@2026-03 = @2025-03-04', false],
  ['@2026-03 < @2026-04-01', true],
  ['@2026-03 <= @2026-03-31', undefined],
  ['@2026-03-04T10:00:00+01:00 = @2026-03-04T09:00:00Z', true],
  ['@2026-03-04T10:00:00.000Z = @2026-03-04T10:00:00Z', true],
  ['@2026-03-04T10:00 < @2026-03-04T10:00:30', undefined],
  ['@2026-03-04T10:00:00Z > @2026-03-04T10:00:00', undefined],
  ['effective = issued', true],
  ['effective >= issued', true],
  ['effective > @2026-03-03', true],
  ['effective > @2026-03-04', undefined],
  ['@T10:00 < @T11:00:00', true],
  ['@T10:00 = @T10:00:00', undefined],
  ['@2026-01-31 + 1 month = @2026-02-28', true],
  ['@2024-02-29 + 1 year = @2025-02-28', true],
  ['@2026-03 + 24 months = @2028-03', true],
  ['@2026-03-04T23:30:00Z + 45 minutes = @2026-03-05T00:15:00Z', true],
  ['@2026-03-01 - 1 day = @2026-02-28', true],
  ['@T23:00:00 + 2 hours = @T01:00:00.000', true],
  ['value > 50', undefined],
  ["value = 72.5 'kg'", true],
  ["value = 72500 'g'", true],
  ["value > 72 'kg'", true],
  ["value > 1 'm'", undefined],
  ['referenceRange.low < referenceRange.high', true],
  ['value = referenceRange.high', false],
  ['1 = 1.0', true],
  ["1 = '1'", false],
  ["'a' < 'b'", true],
  ["'A' = 'a'", false],
  ["'A\\tb' ~ 'a B'", true],
  ["'A  b' ~ 'a B'", false],
  ['1.11 ~ 1.1', true],
  ['{} ~ {}', true],
  ['{} = {}', undefined],
  ['(1 | 2) ~ (2 | 1)', true],
  ['(1 | 2) = (2 | 1)', false],
  ['(1 | 2) = 1', false],
  ['code = code', true],
  ["code.coding.code != '29463-7'", false],
  ["code.coding.version != '1'", undefined],
  ["status !~ 'FINAL'", false],
  ['component.value.ofType(integer) = (1 | 2)', true],
  ["component.where(value = 'three').code.text = 'c'", true],
]

const environment = environmentOf(patient, {
  resolve: (reference) => (reference === '#org' ? { resource: patient.contained[0], type: 'Organization' } : undefined),
  htmlChecks: (div) => div === '<div/>',
  memberOf: (valueSet, { value }) => valueSet === 'http://example.org/genders' && value === 'female',
})

for (const [section, rows] of Object.entries(ROWS)) {
  test(`N1 ${section}`, async (t) => {
    for (const [expression, expected] of rows) {
      await t.test(expression, () => {
        const nodes = compilePath(expression, 'Patient', r4)(patient, environment)
        assert.deepEqual(
          nodes.map(({ value }) => value),
          expected,
        )
      })
    }
  })
}

test('N1 6.1 equality and 6.2 order', async (t) => {
  for (const [expression, expected] of COMPARISONS) {
    await t.test(expression, () => {
      const nodes = compilePath(expression, 'Observation', r4)(observation, environmentOf(observation))
      assert.deepEqual(nodes[0]?.value, expected)
    })
  }
})

test('an evaluation error fails the invariant and leads a path nowhere', async (t) => {
  for (const expression of ERRORS) {
    await t.test(expression, () => {
      assert.equal(compileInvariant(expression, 'Patient', r4)(patient, environment), 'failed')
      assert.deepEqual(compilePath(expression, 'Patient', r4)(patient, environment), [])
    })
  }
})
