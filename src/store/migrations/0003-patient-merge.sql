-- Every record that a surviving patient has taken in, directly or through another one (docs/decisions/0011).
-- domain is the identifier system whose feed told the merge, '' when it was told by id.

CREATE TABLE merged_patient (
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  domain $TEXT NOT NULL,
  PRIMARY KEY (patient_id, id)
) $KEYED;
