CREATE TABLE `expiries` (
	`first_sequence` integer PRIMARY KEY NOT NULL,
	`expires_at_ms` integer NOT NULL,
	`hours_ahead` integer DEFAULT 0 NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `expiries`("first_sequence", "expires_at_ms") SELECT "sequence", "expires_at_ms" FROM (SELECT "sequence", "expires_at_ms", lag("expires_at_ms") OVER (ORDER BY "sequence") AS "before" FROM `envelopes`) WHERE "before" IS NULL OR "before" <> "expires_at_ms";
