-- The name of this history of the database; `doctor --new-epoch` writes another after a restore.
INSERT INTO "epoch" ("epoch") VALUES (substr(md5(random()::text || clock_timestamp()::text), 1, 8)) ON CONFLICT DO NOTHING;
