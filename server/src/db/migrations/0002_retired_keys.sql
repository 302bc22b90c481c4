CREATE TABLE `retired_keys` (
	`hash` blob PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`forget_at_ms` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `retired_keys_by_account` ON `retired_keys` (`account_id`,`forget_at_ms`);--> statement-breakpoint
CREATE INDEX `retired_keys_by_day` ON `retired_keys` (`forget_at_ms`);