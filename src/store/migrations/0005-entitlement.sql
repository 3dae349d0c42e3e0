-- Who may see whom (src/dcc/entitlement), and the trace of who did (src/dcc/traces.ts). Times are ISO 8601 UTC.

-- Reference table: few rows, asked by professional. structure is '' for a right that holds wherever they practise.
CREATE TABLE habilitation (
  national_id $TEXT NOT NULL,
  structure $TEXT NOT NULL,
  profile $TEXT NOT NULL CHECK (profile IN ('clinician', 'coordinator', 'rcp-secretary')),
  reach $TEXT NOT NULL CHECK (reach IN ('care-team', 'region')),
  valid_from $TEXT NOT NULL,
  valid_until $TEXT,
  suspended INTEGER NOT NULL,
  PRIMARY KEY (national_id, structure)
) $KEYED;

-- The care team of a patient; a basis that ends keeps its row.
CREATE TABLE care_team_member (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  national_id $TEXT NOT NULL,
  basis $TEXT NOT NULL CHECK (basis IN ('care-team', 'patient-choice', 'emergency')),
  role $TEXT,
  reason $TEXT,
  valid_from $TEXT NOT NULL,
  valid_until $TEXT,
  PRIMARY KEY (patient_id, national_id, basis)
) $KEYED;
-- "My patients": read without a patient (storage.md section 3, rule 4), from this index alone.
CREATE INDEX care_team_member_professional ON care_team_member (national_id, patient_id, valid_from, valid_until);

-- What a patient has decided; the last decision of a purpose holds.
CREATE TABLE patient_choice (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  purpose $TEXT NOT NULL CHECK (purpose IN ('dcc_share')),
  decision $TEXT NOT NULL CHECK (decision IN ('permit', 'oppose')),
  decided_at $TEXT NOT NULL,
  PRIMARY KEY (patient_id, purpose)
) $KEYED;

-- Professionals to whom a patient's record is closed.
CREATE TABLE access_block (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  national_id $TEXT NOT NULL,
  valid_from $TEXT NOT NULL,
  valid_until $TEXT,
  PRIMARY KEY (patient_id, national_id)
) $KEYED;

-- Append only: nothing updates or deletes a row. patient_id is '' where no patient is concerned.
CREATE TABLE access_trace (
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  at $TEXT NOT NULL,
  kind $TEXT NOT NULL,
  actor $TEXT,
  client $TEXT,
  detail $TEXT,
  request_id $TEXT,
  PRIMARY KEY (patient_id, id)
) $KEYED;

-- All records of a person are found from any of them.
CREATE INDEX merged_patient_record ON merged_patient (id, patient_id);
