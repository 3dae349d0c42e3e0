/** Resources the tables are read against. */
export const patient = {
  resourceType: 'Patient',
  id: 'p1',
  active: true,
  identifier: [
    { system: 'urn:oid:1.2.250.1.213.1.4.10', value: '260058815400233', use: 'official' },
    { system: 'urn:oid:1.2.3', value: 'IPP-1', use: 'usual' },
  ],
  name: [
    { use: 'official', family: 'PATIENT', given: ['ANNE', 'ANNE-MARIE'], _given: [null, { id: 'second' }] },
    { use: 'usual', family: 'Patient', given: ['Anne'] },
  ],
  gender: 'female',
  birthDate: '1960-02-29',
  _birthDate: { extension: [{ url: 'http://example.org/source', valueCode: 'civil' }] },
  _deceasedDateTime: { extension: [{ url: 'http://example.org/absent', valueCode: 'unknown' }] },
  multipleBirthInteger: 2,
  contact: [{ name: { family: 'AIDANT' }, telecom: [{ system: 'phone', value: '0600000000' }] }],
  managingOrganization: { reference: '#org' },
  contained: [{ resourceType: 'Organization', id: 'org', name: 'Clinique', active: true }],
  extension: [
    {
      url: 'http://example.org/reliability',
      extension: [{ url: 'identityStatus', valueCoding: { system: 'http://example.org/status', code: 'VALI' } }],
    },
  ],
}

export const observation = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Weight' }] },
  effectiveDateTime: '2026-03-04T10:00:00+01:00',
  issued: '2026-03-04T09:00:00.000Z',
  valueQuantity: { value: 72.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  referenceRange: [
    {
      low: { value: 50000, system: 'http://unitsofmeasure.org', code: 'g' },
      high: { value: 90, system: 'http://unitsofmeasure.org', code: 'kg' },
    },
  ],
  component: [
    { code: { text: 'a' }, valueInteger: 1 },
    { code: { text: 'b' }, valueInteger: 2 },
    { code: { text: 'c' }, valueString: 'three' },
  ],
}
