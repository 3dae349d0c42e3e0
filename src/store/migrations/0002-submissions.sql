-- Document submissions (IHE ITI-65) as they were answered: the same one sent again is answered alike and changes nothing.

CREATE TABLE submission (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  id $TEXT NOT NULL,
  digest $TEXT NOT NULL,
  answer $TEXT NOT NULL,
  created_at $TEXT NOT NULL,
  PRIMARY KEY (patient_id, id)
);

-- Directory of submission set identifiers (XDS uniqueId): unique over all patients.
CREATE TABLE submission_identifier (
  system $TEXT NOT NULL,
  value $TEXT NOT NULL,
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  PRIMARY KEY (system, value)
) $KEYED;
