CREATE TABLE `__new_collected` (
	`mailbox` blob NOT NULL,
	`id` blob NOT NULL,
	`digest` blob NOT NULL,
	`forget_at_ms` integer NOT NULL,
	PRIMARY KEY(`mailbox`, `id`),
	FOREIGN KEY (`mailbox`) REFERENCES `devices`(`mailbox`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_collected`("mailbox", "id", "digest", "forget_at_ms") SELECT "mailbox", "id", "digest", ("forget_at_ms" + 86399999) / 86400000 * 86400000 FROM `collected`;--> statement-breakpoint
DROP TABLE `collected`;--> statement-breakpoint
ALTER TABLE `__new_collected` RENAME TO `collected`;--> statement-breakpoint
CREATE INDEX `collected_by_day` ON `collected` (`forget_at_ms`);
