BEGIN TRANSACTION;
CREATE TABLE events (
	number INTEGER NOT NULL, 
	ref VARCHAR(16) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	event VARCHAR(32) NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "events" VALUES(1,'G-7F3A21','2026-11-24T09:02:00.000000+00:00','2026-11-24T090000Z-3f2a','released','{"what": "POST https://portal.example/api"}');
INSERT INTO "events" VALUES(2,'G-7F3A21','2026-11-24T09:03:00.000000+00:00','2026-11-24T090000Z-3f2a','granted','{"reference": "KM-2", "error": null, "reconciled": false}');
INSERT INTO "events" VALUES(3,'G-7F3A21','2026-11-24T09:04:00.000000+00:00','2026-11-24T090000Z-3f2a','noticed','{"files": ["grants/accountant/notice.txt"]}');
INSERT INTO "events" VALUES(4,'G-7F3A22','2026-11-24T09:06:00.000000+00:00','2026-11-24T090000Z-3f2a','granted','{"reference": "KM-3", "error": null, "reconciled": true, "why": "found on the list"}');
INSERT INTO "events" VALUES(5,'G-7F3A23','2026-11-24T09:08:00.000000+00:00','2026-11-24T090000Z-3f2a','in-doubt','{"why": "nothing new is on the list"}');
INSERT INTO "events" VALUES(6,'G-7F3A23','2026-11-24T09:09:00.000000+00:00','','ruled','{"ruling": "granted", "reason": "it is listed", "by": "beheer"}');
INSERT INTO "events" VALUES(7,'G-7F3A24','2026-11-24T09:11:00.000000+00:00','2026-11-24T090000Z-3f2a','granted','{"reference": "KM-4", "error": "costs: EUR 22.45 was intended, the confirmation shows EUR 32.45", "reconciled": false}');
INSERT INTO "events" VALUES(8,'G-7F3A25','2026-11-24T09:13:00.000000+00:00','','ruled','{"ruling": "grant-again", "reason": "a mistake", "by": "beheer"}');
CREATE TABLE intents (
	ref VARCHAR(16) NOT NULL, 
	portal VARCHAR(255) NOT NULL, 
	organisation VARCHAR(8) NOT NULL, 
	kvk VARCHAR(8) NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	entry VARCHAR(64) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	intent TEXT NOT NULL, 
	notice TEXT NOT NULL, 
	socket_open BOOLEAN NOT NULL, 
	PRIMARY KEY (ref)
);
INSERT INTO "intents" VALUES('G-7F3A21','https://portal.example','90000102','68750110','2026-11-24T090000Z-3f2a','accountant','2026-11-24T09:01:00.000000+00:00','{"organisation": "90000102", "kvk": "68750110", "elements": [["Belastingdienst"], ["UWV"]], "until": "2031-11-24", "until_computed": false, "costs": "EUR 22.45", "baseline": [{"kvk": "68750110", "name": "Accountantskantoor Jansen B.V.", "elements": [["UWV"]], "valid_from": "2026-11-24", "valid_until": "2027-01-01", "status": "present", "reference": "KM-1", "unreadable": null, "own_reference": null}]}','{"organisation": {"kvk": "90000102", "name": "Voorbeeld Holding B.V.", "contact_name": "Afdeling Beheer", "contact_email": "beheer@voorbeeld.example", "account": null, "journal": null}, "intermediary": {"kvk": "68750110", "name": "Accountantskantoor Jansen B.V.", "email": "machtigingen@jansen.example", "uses_we_id": false}, "scope": {"providers": ["Belastingdienst", "UWV"]}, "reference": null, "language": "nl", "rehearsal": false, "valid_from": "2026-11-24", "valid_until": "2031-11-24", "recorded_on": "2026-11-24"}',0);
INSERT INTO "intents" VALUES('G-7F3A22','https://portal.example','90000102','68750110','2026-11-24T090000Z-3f2a','accountant','2026-11-24T09:05:00.000000+00:00','{"organisation": "90000102", "kvk": "68750110", "elements": [["UWV", "Verzuimmelder"]], "until": "2031-11-24", "until_computed": false, "costs": "EUR 22.45", "baseline": []}','{"organisation": {"kvk": "90000102", "name": "Voorbeeld Holding B.V.", "contact_name": "Afdeling Beheer", "contact_email": "beheer@voorbeeld.example", "account": null, "journal": null}, "intermediary": {"kvk": "68750110", "name": "Accountantskantoor Jansen B.V.", "email": "machtigingen@jansen.example", "uses_we_id": false}, "scope": {"services": ["UWV: Verzuimmelder"]}, "reference": null, "language": "nl", "rehearsal": false, "valid_from": "2026-11-24", "valid_until": "2031-11-24", "recorded_on": "2026-11-24"}',0);
INSERT INTO "intents" VALUES('G-7F3A23','https://portal.example','90000102','68750110','2026-11-24T090000Z-3f2a','accountant','2026-11-24T09:07:00.000000+00:00','{"organisation": "90000102", "kvk": "68750110", "elements": [[]], "until": "2031-11-24", "until_computed": false, "costs": "EUR 22.45", "baseline": []}','{"organisation": {"kvk": "90000102", "name": "Voorbeeld Holding B.V.", "contact_name": "Afdeling Beheer", "contact_email": "beheer@voorbeeld.example", "account": null, "journal": null}, "intermediary": {"kvk": "68750110", "name": "Accountantskantoor Jansen B.V.", "email": null, "uses_we_id": false}, "scope": {"general": "all services now and in the future"}, "reference": null, "language": "nl", "rehearsal": false, "valid_from": "2026-11-24", "valid_until": "2031-11-24", "recorded_on": "2026-11-24"}',0);
INSERT INTO "intents" VALUES('G-7F3A24','https://portal.example','90000102','68750110','2026-11-24T090000Z-3f2a','accountant','2026-11-24T09:10:00.000000+00:00','{"organisation": "90000102", "kvk": "68750110", "elements": [["RVO"]], "until": "2031-11-24", "until_computed": false, "costs": "EUR 22.45", "baseline": []}','{"organisation": {"kvk": "90000102", "name": "Voorbeeld Holding B.V.", "contact_name": "Afdeling Beheer", "contact_email": "beheer@voorbeeld.example", "account": null, "journal": null}, "intermediary": {"kvk": "68750110", "name": "Accountantskantoor Jansen B.V.", "email": null, "uses_we_id": false}, "scope": {"providers": ["RVO"]}, "reference": null, "language": "nl", "rehearsal": false, "valid_from": "2026-11-24", "valid_until": "2031-11-24", "recorded_on": "2026-11-24"}',0);
CREATE TABLE journal (
	name VARCHAR(16) NOT NULL, 
	schema_version INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "journal" VALUES('J-4B703',2);
CREATE TABLE keys (
	purpose VARCHAR(32) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	PRIMARY KEY (purpose)
);
CREATE TABLE questions (
	ref VARCHAR(16) NOT NULL, 
	portal VARCHAR(255) NOT NULL, 
	organisation VARCHAR(8) NOT NULL, 
	kvk VARCHAR(8) NOT NULL, 
	matter VARCHAR(16) NOT NULL, 
	elements TEXT NOT NULL, 
	rows TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (ref)
);
INSERT INTO "questions" VALUES('G-7F3A25','https://portal.example','90000102','68750110','taken-away','[["UWV"]]','["KM-1 | UWV | 2026-11-24 | 2027-01-01"]','2026-11-24T09:12:00.000000+00:00');
CREATE TABLE readings (
	number INTEGER NOT NULL, 
	portal VARCHAR(255) NOT NULL, 
	organisation VARCHAR(8) NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	ends TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "readings" VALUES(1,'https://portal.example','90000102','2026-11-24T09:14:00.000000+00:00','["2027-01-01"]');
CREATE TABLE runs (
	run_id VARCHAR(32) NOT NULL, 
	folder TEXT NOT NULL, 
	manifest_sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (run_id)
);
CREATE TABLE sign_ins (
	number INTEGER NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	portal VARCHAR(255) NOT NULL, 
	account VARCHAR(255) NOT NULL, 
	event VARCHAR(16) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	words TEXT NOT NULL, 
	PRIMARY KEY (number)
);
CREATE INDEX ix_events_ref ON events (ref);
COMMIT;
