CREATE TABLE `blobs` (
	`hash` blob PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`is_complete` integer NOT NULL,
	`expires_at_ms` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `blobs_by_expiry` ON `blobs` (`expires_at_ms`);