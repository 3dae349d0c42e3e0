-- What the authorization server keeps (src/store/authorization.ts): tokens, assertions already used, clients.
-- id is a SHA-256 for whatever is a secret: a copy of this table opens nothing. Times are seconds since 1970.

CREATE TABLE authorization_record (
  model $TEXT NOT NULL,
  id $TEXT NOT NULL,
  payload $TEXT NOT NULL,
  grant_id $TEXT,
  uid $TEXT,
  expires_at BIGINT,
  consumed_at BIGINT,
  PRIMARY KEY (model, id)
) $KEYED;
CREATE INDEX authorization_record_grant ON authorization_record (grant_id);
CREATE INDEX authorization_record_uid ON authorization_record (model, uid);
CREATE INDEX authorization_record_expiry ON authorization_record (expires_at);
