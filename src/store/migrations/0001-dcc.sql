-- The DCC store, first schema. Rules: reference/storage.md section 3; model: reference/dcc-domain.md section 1.4.
-- $TEXT is the engine's byte-ordered text type, $KEYED makes a table clustered on its key where the engine can.
-- Clinical tables lead with patient_id (distribution key); ids inside a patient are local ids.

CREATE TABLE patient (
  patient_id $TEXT NOT NULL PRIMARY KEY,
  bucket INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at $TEXT NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  state $TEXT NOT NULL CHECK (state IN ('current', 'deleted', 'merged')),
  visible INTEGER NOT NULL,
  identity_status $TEXT NOT NULL CHECK (identity_status IN ('PROV', 'RECUP', 'VALI', 'QUAL')),
  merged_into $TEXT,
  birth_date $TEXT NOT NULL,
  family $TEXT NOT NULL,
  resource $TEXT NOT NULL
);
CREATE INDEX patient_feed ON patient (bucket, updated_at, patient_id, state, visible);

-- Directory: one holder for each identifier; an official INS therefore has one current patient.
CREATE TABLE patient_identifier (
  system $TEXT NOT NULL,
  value $TEXT NOT NULL,
  patient_id $TEXT NOT NULL,
  PRIMARY KEY (system, value)
) $KEYED;
CREATE INDEX patient_identifier_holder ON patient_identifier (patient_id);

CREATE TABLE care_pathway (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  id $TEXT NOT NULL,
  status $TEXT NOT NULL CHECK (status IN ('suspected', 'active', 'surveillance', 'after_cancer', 'closed', 'refuted')),
  origin $TEXT NOT NULL,
  topography $TEXT,
  opened_at $TEXT NOT NULL,
  PRIMARY KEY (patient_id, id)
);

CREATE TABLE document (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  id $TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at $TEXT NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  visible INTEGER NOT NULL,
  published INTEGER NOT NULL,
  status $TEXT NOT NULL,
  sort_date $TEXT NOT NULL,
  creation $TEXT NOT NULL,
  period_start $TEXT NOT NULL,
  set_id $TEXT,
  version_number INTEGER,
  content_id $TEXT,
  resource $TEXT NOT NULL,
  PRIMARY KEY (patient_id, id)
);
CREATE INDEX document_by_date ON document (patient_id, sort_date, id);
CREATE INDEX document_by_content ON document (patient_id, content_id);
CREATE INDEX document_feed ON document (bucket, updated_at, patient_id, id, deleted, visible);
CREATE INDEX document_recent ON document (bucket, sort_date, patient_id, id, deleted, visible);

-- Directory of masterIdentifiers (XDS uniqueId): unique over all patients.
CREATE TABLE document_identifier (
  system $TEXT NOT NULL,
  value $TEXT NOT NULL,
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  PRIMARY KEY (system, value)
) $KEYED;

-- Submission sets and folders.
CREATE TABLE list (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  id $TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at $TEXT NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  visible INTEGER NOT NULL,
  list_kind $TEXT NOT NULL,
  status $TEXT NOT NULL,
  sort_date $TEXT NOT NULL,
  resource $TEXT NOT NULL,
  PRIMARY KEY (patient_id, id)
);
CREATE INDEX list_by_date ON list (patient_id, sort_date, id);
CREATE INDEX list_feed ON list (bucket, updated_at, patient_id, id, deleted, visible);
CREATE INDEX list_recent ON list (bucket, sort_date, patient_id, id, deleted, visible);

-- Binary: metadata only; the bytes are files named by their SHA-256 (storage.md section 4).
CREATE TABLE content (
  patient_id $TEXT NOT NULL REFERENCES patient (patient_id),
  id $TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  content_type $TEXT NOT NULL,
  sha256 $TEXT NOT NULL,
  sha1 $TEXT NOT NULL,
  size INTEGER NOT NULL CHECK (size >= 0),
  PRIMARY KEY (patient_id, id)
);
CREATE INDEX content_blob ON content (sha256);
CREATE INDEX content_feed ON content (bucket, updated_at, patient_id, id);

-- Earlier versions of a content; sha256 is '' once the content is withdrawn: its trace stays, its bytes can go.
CREATE TABLE content_history (
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  version INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  content_type $TEXT NOT NULL,
  sha256 $TEXT NOT NULL,
  sha1 $TEXT NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY (patient_id, id, version)
);
CREATE INDEX content_history_blob ON content_history (sha256);
CREATE INDEX content_history_feed ON content_history (bucket, updated_at, patient_id, id, version);

CREATE TABLE content_rendition (
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  content_type $TEXT NOT NULL,
  sha256 $TEXT NOT NULL,
  sha1 $TEXT NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY (patient_id, id, content_type)
);
CREATE INDEX content_rendition_blob ON content_rendition (sha256);

-- Versions that are no longer current; the current one is in the table of its type.
-- published: whether that version could be seen outside, as far as it depends on the version itself.
CREATE TABLE resource_history (
  patient_id $TEXT NOT NULL,
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  version INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  published INTEGER NOT NULL,
  resource $TEXT NOT NULL,
  PRIMARY KEY (patient_id, resource_type, id, version)
);
CREATE INDEX resource_history_feed ON resource_history (resource_type, bucket, updated_at, patient_id, id, version);

-- Search values of clinical resources; id is '' for the patient itself.
CREATE TABLE search_token (
  patient_id $TEXT NOT NULL,
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  param $TEXT NOT NULL,
  code $TEXT NOT NULL,
  system_key $TEXT NOT NULL,
  sort_date $TEXT NOT NULL,
  PRIMARY KEY (patient_id, resource_type, id, param, code, system_key)
) $KEYED;
CREATE INDEX search_token_value ON search_token (resource_type, param, code, sort_date, patient_id, id, system_key);

CREATE TABLE search_string (
  patient_id $TEXT NOT NULL,
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  param $TEXT NOT NULL,
  folded $TEXT NOT NULL,
  exact $TEXT NOT NULL,
  PRIMARY KEY (patient_id, resource_type, id, param, folded, exact)
) $KEYED;
CREATE INDEX search_string_value ON search_string (resource_type, param, folded, patient_id, id, exact);

CREATE TABLE search_date (
  patient_id $TEXT NOT NULL,
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  param $TEXT NOT NULL,
  lo $TEXT NOT NULL,
  hi $TEXT NOT NULL,
  PRIMARY KEY (patient_id, resource_type, id, param, lo, hi)
) $KEYED;
CREATE INDEX search_date_lo ON search_date (resource_type, param, lo, hi, patient_id, id);

-- Directories of professionals and structures: reference tables, the same on every node.
CREATE TABLE reference_resource (
  resource_type $TEXT NOT NULL CHECK (resource_type IN ('Practitioner', 'PractitionerRole', 'Organization')),
  id $TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at $TEXT NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  family $TEXT NOT NULL,
  resource $TEXT NOT NULL,
  PRIMARY KEY (resource_type, id)
);
CREATE INDEX reference_resource_feed ON reference_resource (resource_type, bucket, updated_at, id, deleted);

CREATE TABLE reference_identifier (
  resource_type $TEXT NOT NULL,
  system $TEXT NOT NULL,
  value $TEXT NOT NULL,
  id $TEXT NOT NULL,
  PRIMARY KEY (resource_type, system, value)
) $KEYED;

CREATE TABLE reference_history (
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  version INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  updated_at $TEXT NOT NULL,
  method $TEXT NOT NULL,
  resource $TEXT NOT NULL,
  PRIMARY KEY (resource_type, id, version)
);
CREATE INDEX reference_history_feed ON reference_history (resource_type, bucket, updated_at, id, version);

CREATE TABLE reference_token (
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  param $TEXT NOT NULL,
  code $TEXT NOT NULL,
  system_key $TEXT NOT NULL,
  PRIMARY KEY (resource_type, id, param, code, system_key)
) $KEYED;
CREATE INDEX reference_token_value ON reference_token (resource_type, param, code, id, system_key);

CREATE TABLE reference_string (
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  param $TEXT NOT NULL,
  folded $TEXT NOT NULL,
  exact $TEXT NOT NULL,
  PRIMARY KEY (resource_type, id, param, folded, exact)
) $KEYED;
CREATE INDEX reference_string_value ON reference_string (resource_type, param, folded, id, exact);

CREATE TABLE reference_date (
  resource_type $TEXT NOT NULL,
  id $TEXT NOT NULL,
  param $TEXT NOT NULL,
  lo $TEXT NOT NULL,
  hi $TEXT NOT NULL,
  PRIMARY KEY (resource_type, id, param, lo, hi)
) $KEYED;
CREATE INDEX reference_date_lo ON reference_date (resource_type, param, lo, hi, id);

-- Events for the gateway, written with the change that caused them (storage.md section 3, rule 9).
CREATE TABLE outbox (
  patient_id $TEXT NOT NULL,
  id $TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  event_type $TEXT NOT NULL,
  resource_type $TEXT NOT NULL,
  resource_id $TEXT NOT NULL,
  version INTEGER NOT NULL,
  occurred_at $TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  owner $TEXT,
  lease_until $TEXT,
  done_at $TEXT,
  PRIMARY KEY (patient_id, id)
);
CREATE INDEX outbox_pending ON outbox (bucket, occurred_at, patient_id, id) WHERE done_at IS NULL;
CREATE INDEX outbox_of_patient ON outbox (patient_id, occurred_at, id) WHERE done_at IS NULL;
